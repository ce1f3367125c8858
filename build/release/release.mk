# Releases and packages; part of the Makefile.

RELEASE_NEEDS = $(BUILD_NEEDS) git=git python3=python3 objdump=binutils $(CROSS_NEEDS) /usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring

CROSS_NEEDS   = $(if $(filter linux-arm64,$(RID)),aarch64-linux-gnu-ld.bfd=binutils-aarch64-linux-gnu qemu-aarch64-static=qemu-user-static)
ARM64_NEEDS   = qemu-system-aarch64=qemu-system-arm cpio=cpio clang=clang aarch64-linux-gnu-ld.bfd=binutils-aarch64-linux-gnu

export PREFIX DESTDIR SBINDIR DATADIR MANDIR DOCDIR ZSHDIR UNITDIR SYSCONFDIR

.PHONY: release test-release test-reproducible test-arm64 test-service release-needs install uninstall test-install packages test-packages package-needs

release: sdk release-needs
	@build/release/build.sh $(RID)

# What was released last, whatever has changed since.
test-release:
	@build/release/check.sh $(RID)

# Twice from nothing: some minutes.
test-reproducible:
	@build/release/test-reproducible.sh $(RID)

# The released arm64 binary on a kernel of its own, in QEMU; make release RID=linux-arm64 comes first.
test-arm64:
	@build/install-packages.sh $(ARM64_NEEDS)
	@tests/arm64/run.py

release-needs:
	@build/install-packages.sh $(RELEASE_NEEDS)

# Builds only where nothing was built yet: "sudo make install" then needs no compiler of root's.
install:
	@[ -x out/tcptop ] || $(MAKE) out/tcptop
	@build/install/files.sh install out/tcptop

uninstall:
	@build/install/files.sh uninstall out/tcptop

test-install: out/tcptop
	@build/install-packages.sh setcap=libcap2-bin man=man-db setpriv=util-linux systemd-analyze=systemd
	@build/install/test.sh

PACKAGE_NEEDS = objdump=binutils xz=xz-utils dpkg-deb=dpkg rpmbuild=rpm

packages: package-needs
	@build/release/require-commit.sh
	@[ "$$(cat out/release/$(RID)/commit 2> /dev/null)" = "$$(git rev-parse HEAD)" ] || $(MAKE) release
	@build/packages/make.sh $(RID)

test-packages: packages
	@build/install-packages.sh lintian=lintian rpmlint=rpmlint debootstrap=debootstrap rpmbuild=rpm
	@$(SUDO) build/packages/test.sh $(RID)

# The package's unit under systemd, in QEMU: some minutes.
test-service: packages
	@build/install-packages.sh debootstrap=debootstrap qemu-system-x86_64=qemu-system-x86 cpio=cpio cc=gcc
	@$(SUDO) tests/service/run.py out/tcptop_$$(build/version.sh)-1_amd64.deb

package-needs:
	@build/install-packages.sh $(PACKAGE_NEEDS)
