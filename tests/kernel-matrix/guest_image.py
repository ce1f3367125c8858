"""The file system of the guests: programs of this host with the libraries they need, the .NET runtime, the tests as built, modules of one kernel."""

import lzma
import os
import re
import shutil
import subprocess

# What the tests call. Taken from this host, so that they fit its C library, as the programs do that were built here.
TOOLS = ("bash", "sh", "date", "flock", "head", "ip", "mount", "nft", "nsenter", "python3", "setpriv", "sleep", "stat", "tc",
         "unshare")
LIBRARIES = ("/usr/lib/x86_64-linux-gnu/libbpf.so.1",)
# veth for namespaces; NFS because its client is the kernel's own, and has sockets; tcp_diag because it
# ends the connections of others; a queue and a firewall that refuse, and translation.
MODULES = ("veth", "nfs", "nfsv3", "tcp_diag", "sch_tbf", "nf_tables", "nft_chain_nat", "nft_nat")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
UNUSED_PYTHON = ("test", "idlelib", "lib2to3", "ensurepip", "tkinter", "turtledemo", "unittest", "pydoc_data", "distutils")
BUSYBOX = "/bin/busybox"


class Lacking(RuntimeError):
    """What the guests need is not on this host."""


def build(staging, project, published):
    """Fills the directory with all that guests of every kernel have in common; published is where the build has put the tests."""
    build_base(staging, project, published)
    add_python(staging)
    add_dotnet(staging)
    add_tests(staging, published)


def build_base(staging, project, work, tools=TOOLS, libraries=LIBRARIES):
    """A system with tcptop and the load of the benchmarks."""
    shutil.rmtree(staging, ignore_errors=True)
    for directory in ("usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "proc", "sys", "dev", "tmp", "run", "root", "etc"):
        os.makedirs(f"{staging}/{directory}")
    for name in ("bin", "sbin", "lib", "lib64"):
        os.symlink(f"usr/{name}", f"{staging}/{name}")
    with open(f"{staging}/etc/passwd", "w") as passwd:
        passwd.write("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n")
    with open(f"{staging}/etc/group", "w") as group:
        group.write("root:x:0:\nnogroup:x:65534:\n")
    for path in (*(find(tool) for tool in tools), *libraries, BUSYBOX):
        add_with_libraries(staging, path)
    add_with_libraries(staging, f"{project}/out/tcptop", "/usr/bin/tcptop")
    subprocess.run(["cc", "-O2", "-o", f"{work}/load", f"{project}/benchmarks/overhead/load.c"], check=True)
    add_with_libraries(staging, f"{work}/load", "/usr/bin/load")
    here = os.path.dirname(os.path.abspath(__file__))
    shutil.copytree(f"{here}/guest", staging, dirs_exist_ok=True)


def add_modules(staging, kernel, wanted=MODULES):
    """The modules of one kernel and those they need, each after what it needs; load-order names them."""
    found = {}
    for directory, _, names in os.walk(kernel):
        for name in names:
            if match := re.fullmatch(r"(.+)\.ko(\.xz)?", name):
                found[match[1].replace("-", "_")] = f"{directory}/{name}"
    order = []
    shutil.rmtree(staging, ignore_errors=True)
    os.makedirs(f"{staging}/modules")

    def add(name):
        if name in order or name not in found:
            return  # not there as a module: built in, or not at all, which then shows
        content = read_module(found[name])
        for needed in re.search(rb"\0depends=([^\0]*)\0", b"\0" + content)[1].decode().split(","):
            add(needed.replace("-", "_"))
        with open(f"{staging}/modules/{name}.ko", "wb") as file:
            file.write(content)
        order.append(name)

    for name in wanted:
        add(name)
    with open(f"{staging}/modules/load-order", "w") as file:
        file.writelines(f"{name}\n" for name in order)


def pack(staging, archive):
    names = subprocess.run(["find", "."], cwd=staging, stdout=subprocess.PIPE, check=True).stdout
    with open(archive, "wb") as file:
        subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], cwd=staging, input=names, stdout=file, check=True)


def read_module(path):
    with lzma.open(path) if path.endswith(".xz") else open(path, "rb") as file:
        return file.read()


def find(tool):
    return shutil.which(tool, path=SYSTEM_PATH) or lack(tool)


def lack(tool):
    raise Lacking(f"'{tool}' is not on this host; the guests need it")


def add_with_libraries(staging, path, name=None):
    add_file(staging, path, name or path)
    add_libraries(staging, path)


def add_libraries(staging, path):
    listed = subprocess.run(["ldd", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    for library in re.findall(r"(/\S+) \(0x", listed):
        add_file(staging, library, library)


def add_file(staging, path, name):
    """Under the name it is called by; /bin, /lib and the like are links into /usr in the guest."""
    target = staging + re.sub(r"^/(s?bin|lib(?:64)?)/", r"/usr/\1/", name)
    if not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(path, target)


def add_python(staging):
    library = subprocess.run(
        [find("python3"), "-c", "import os; print(os.path.dirname(os.__file__))"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    shutil.copytree(library, staging + library, ignore=shutil.ignore_patterns(*UNUSED_PYTHON, "config-*", "lib-dynload"))
    for module in os.scandir(f"{library}/lib-dynload"):
        add_with_libraries(staging, module.path)


def add_dotnet(staging):
    root = dotnet_root()
    runtime = newest(f"{root}/shared/Microsoft.NETCore.App")
    for directory in (runtime, newest(f"{root}/host/fxr")):
        target = f"{staging}/dotnet{directory.removeprefix(root)}"
        shutil.copytree(directory, target)
        for name in os.listdir(target):
            if name.endswith(".so"):
                add_libraries(staging, f"{directory}/{name}")


def dotnet_root():
    return os.environ.get("DOTNET_ROOT") or os.path.dirname(os.path.realpath(shutil.which("dotnet") or lack("dotnet")))


def newest(directory):
    return max(os.scandir(directory), key=lambda entry: [int(number) for number in re.findall(r"\d+", entry.name)]).path


def add_tests(staging, published):
    for name in ("Tcptop.NetnsTests", "Tcptop.Traffic"):
        shutil.copytree(f"{published}/{name}", f"{staging}/tests/{name}/guest", ignore=shutil.ignore_patterns("*.dbg"))
