# make            the NativeAOT binary, out/tcptop
# make run        the same, then starts it (ARGS="--batch" passes flags on); asks for sudo only for that
# make test       all tests: unit, real kernel, screen (as root, or asks for sudo for those that need it);
#                 BUSY=1 runs them beside other traffic: 2,000 connections, 50 namespaces, 20 MB/s
# make test-faults   the binary stopped, killed, starved of room, in front of crowds; as root
# make soak       the binary in front of ever-changing sockets for 30 minutes (MINUTES=5 for less, REPORT=docs/soak.md for another place); as root
# make test-kernels  the real-kernel tests on Debian's kernels, in QEMU (KERNEL=6.1 for one of them); needs no root
# make test-truth    iperf3, nginx, Redis, PostgreSQL, DNS and SSH against ss and tcpdump, to the byte (QUICK=1: a part); as root, or asks for sudo
# make bench      the benchmarks of benchmarks/, as root on a quiet machine
# make bench-micro   those of single parts, in process, no root (ARGS="--filter *Decoding*" for some of them)
# make release    the binary for any Linux from glibc 2.28 on, out/release (RID=linux-arm64 for the other one); the tree must be committed
# make packages   from that out/*.deb, *.rpm, *.tar.gz and SHA256SUMS;  make test-packages  installs them in clean Debian roots and one of rpm
# make install    out/tcptop with manual page and completions under PREFIX (/usr/local) and DESTDIR;  make uninstall
# make test-service   the package's unit for systemd, in a Debian in QEMU: rotated under traffic, killed, upgraded, removed; as root, some minutes
# make picture    docs/screen.svg, from the real screen beside real programs; as root
# make completions   packaging/completions from the command line itself, the manual page's fields from the registry;  make check-man  is for who writes the manual page
# make audit      the packages that are built with, asked for known vulnerabilities; no build does that by itself
# make test-setup     what make says where the SDK is missing or does not start, and the audit, with programs of its own
# make format     C# and C brought to the house style;  make check-format says what would change

DOTNET  ?= dotnet
RID     ?= linux-x64
ARGS    ?=
BUSY    ?=
MINUTES ?= 30
REPORT  ?= artifacts/soak/soak.md
SUDO     = $(if $(filter 0,$(shell id -u)),,sudo)
LIBDIR  := /usr/lib/x86_64-linux-gnu

BUILD_NEEDS = clang=clang llvm-strip=llvm /usr/include/bpf/libbpf.h=libbpf-dev $(LIBDIR)/libbpf.a=libbpf-dev \
	$(LIBDIR)/libelf.a=libelf-dev $(LIBDIR)/libz.a=zlib1g-dev /usr/include/asm-generic/errno.h=linux-libc-dev \
	/etc/ssl/certs/ca-certificates.crt=ca-certificates
TEST_NEEDS  = $(BUILD_NEEDS) $(LIBDIR)/libbpf.so.1=libbpf1 clang-format=clang-format tmux=tmux ip=iproute2 nft=nftables python3=python3 zsh=zsh fish=fish setcap=libcap2-bin setpriv=util-linux
KERNEL_NEEDS = qemu-system-x86_64=qemu-system-x86 /bin/busybox=busybox-static cpio=cpio $(LIBDIR)/libbpf.so.1=libbpf1 ip=iproute2 nft=nftables \
	/usr/bin/python3=python3 cc=gcc /usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring
# The services among them are started by the tests alone.
TRUTH_NEEDS  = iperf3=iperf3 nginx=nginx curl=curl redis-server=redis-server redis-benchmark=redis-tools /usr/lib/postgresql/*/bin/postgres=postgresql \
	psql=postgresql-client pgbench=postgresql-contrib /usr/sbin/dnsmasq=dnsmasq-base dig=bind9-dnsutils /usr/sbin/sshd=openssh-server ssh=openssh-client \
	tcpdump=tcpdump ip=iproute2 nethogs=nethogs iftop=iftop nft=nftables setpriv=util-linux
KERNEL_TESTS    = artifacts/kernel-matrix

.PHONY: all run test test-faults test-kernels test-truth soak bench bench-micro completions picture check-man format check-format clean sdk \
	audit test-setup build-needs test-needs kernel-needs

all: out/tcptop

# The build itself decides what is out of date.
.PHONY: out/tcptop
out/tcptop: sdk build-needs
	@$(DOTNET) publish src/Tcptop -c Release -r $(RID) -o out --nologo -v quiet -clp:ErrorsOnly
	@rm -f out/*.pdb out/*.dbg

run: out/tcptop
	@$(SUDO) out/tcptop $(ARGS)

test: out/tcptop test-needs
	@BUSY=$(BUSY) tests/run.sh

test-faults: out/tcptop test-needs
	@BUSY=$(BUSY) tests/run.sh faults

soak: out/tcptop
	@build/install-packages.sh clang=clang ip=iproute2 python3=python3
	@mkdir -p artifacts/soak
	@clang -O2 -Wall -Wextra -Werror -o artifacts/soak/soak-load benchmarks/overhead/load.c
	@$(SUDO) python3 tests/soak/run.py out/tcptop artifacts/soak/soak-load $(MINUTES) $(REPORT)

# Compiled as far as they can be: an emulated processor is slow at it.
test-kernels: out/tcptop kernel-needs
	@$(DOTNET) publish tests/Tcptop.Traffic -c Release -r $(RID) -p:PublishAot=true -o $(KERNEL_TESTS)/Tcptop.Traffic --nologo -v quiet -clp:ErrorsOnly
	@$(DOTNET) publish tests/Tcptop.NetnsTests -c Release -r $(RID) --self-contained false -p:PublishReadyToRun=true \
		-p:ValidateExecutableReferencesMatchSelfContained=false -o $(KERNEL_TESTS)/Tcptop.NetnsTests \
		--nologo -v quiet -clp:ErrorsOnly
	@tests/kernel-matrix/run.py $(KERNEL)

# A part of it runs in QEMU, if this host's kernel has no netem.
test-truth: out/tcptop kernel-needs
	@WITHOUT_SERVICES=1 build/install-packages.sh $(TRUTH_NEEDS)
	@tests/truth/run.py $(if $(QUICK),--quick)

bench: out/tcptop
	@benchmarks/run.sh

bench-micro: sdk build-needs
	@$(DOTNET) run -c Release --project benchmarks/Tcptop.MicroBenchmarks -- $(ARGS)

completions: sdk
	@$(DOTNET) run --project build/Tcptop.Completions -- packaging

picture: out/tcptop
	@WITHOUT_SERVICES=1 build/install-packages.sh tmux=tmux ip=iproute2 python3=python3 nginx=nginx redis-server=redis-server redis-benchmark=redis-tools iperf3=iperf3 curl=curl
	@$(SUDO) docs/screen/capture.py out/tcptop docs/screen.svg

check-man:
	@build/install-packages.sh groff=groff man=man-db
	@build/check-man.sh packaging/man/*.8

format:
	@$(DOTNET) format Tcptop.slnx
	@clang-format -i $(shell git ls-files '*.c' '*.h')

check-format:
	@$(DOTNET) format Tcptop.slnx --verify-no-changes
	@clang-format --dry-run -Werror $(shell git ls-files '*.c' '*.h')
	@python3 build/check-lines.py

clean:
	@rm -rf artifacts out

audit: sdk
	@build/audit.sh $(DOTNET)

test-setup:
	@build/test-setup.sh

sdk:
	@build/sdk.sh $(DOTNET)

build-needs:
	@build/install-packages.sh $(BUILD_NEEDS)

test-needs:
	@build/install-packages.sh $(TEST_NEEDS)

kernel-needs:
	@build/install-packages.sh $(KERNEL_NEEDS)

include build/release/release.mk
