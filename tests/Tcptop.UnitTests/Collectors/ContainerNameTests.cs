using Tcptop.Linux.Naming;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>
/// One path of each runtime and driver, as those write them; ID and ID2 stand for 64 digits, POD for the uid
/// of a pod.
/// </summary>
public sealed class ContainerNameTests
{
    private const string Id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Id2 = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
    private const string Pod = "11111111-2222-3333-4444-555555555555";

    [Theory]
    [InlineData("/docker/ID", "docker:0123456789ab")]
    [InlineData("/docker/ID/init", "docker:0123456789ab")]
    [InlineData("/system.slice/docker-ID.scope", "docker:0123456789ab")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/user.slice/docker-ID.scope", "docker:0123456789ab")]
    [InlineData("/machine.slice/libpod-ID.scope", "podman:0123456789ab")]
    [InlineData("/machine.slice/libpod-ID.scope/container", "podman:0123456789ab")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope", "podman:0123456789ab")]
    [InlineData("/libpod_parent/libpod-ID", "podman:0123456789ab")]
    [InlineData("/system.slice/nerdctl-ID.scope", "nerdctl:0123456789ab")]
    [InlineData("/batch/ID", "container:0123456789ab")]
    public void A_container_is_called_by_its_runtime_and_twelve_digits(string path, string name) =>
        AssertName(name, path);

    [Theory]
    [InlineData("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podP_O_D.slice/cri-containerd-ID.scope")]
    [InlineData("/kubepods.slice/kubepods-podP_O_D.slice/crio-ID.scope")]
    [InlineData("/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podP_O_D.slice/docker-ID.scope")]
    [InlineData("/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-podP_O_D.slice/cri-containerd-ID.scope")]
    [InlineData("/kubepods/burstable/podPOD/ID")]
    [InlineData("/kubepods/podPOD/ID")]
    [InlineData("/kubepods/besteffort/podPOD/crio-ID")]
    [InlineData("/system.slice/containerd.service/kubepods-burstable-podP_O_D.slice:cri-containerd:ID")]
    [InlineData(
        "/docker/ID2/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-podP_O_D.slice/cri-containerd-ID.scope")]
    public void A_container_of_a_pod_is_called_by_the_pod(string path) => AssertName($"k8s:{Pod}/0123456789ab", path);

    [Fact]
    public void A_pod_of_the_node_itself_has_a_hash_for_its_uid() =>
        AssertName("k8s:0123456789abcdef0123456789abcdef/fedcba987654",
            "/kubepods/besteffort/pod0123456789abcdef0123456789abcdef/ID2");

    [Theory]
    [InlineData("/system.slice/cri-containerd-ID.scope", "containerd:0123456789ab")]
    [InlineData("/system.slice/crio-ID.scope", "crio:0123456789ab")]
    [InlineData("/kubepods.slice/kubepods-podnonsense.slice/cri-containerd-ID.scope", "containerd:0123456789ab")]
    public void A_container_without_a_pod_is_called_by_its_runtime(string path, string name) => AssertName(name, path);

    [Theory]
    [InlineData("/lxc/web", "lxc:web")]
    [InlineData("/lxc/101/ns/system.slice/nginx.service", "lxc:101")]
    [InlineData("/lxc.payload.web", "lxc:web")]
    [InlineData("/lxc.payload.my.web-1/system.slice/nginx.service", "lxc:my.web-1")]
    [InlineData("/lxc.payload/web", "lxc:web")]
    [InlineData("/machine.slice/machine-web.scope", "machine:web")]
    [InlineData(@"/machine.slice/machine-my\x2dweb.scope/payload/system.slice/nginx.service", "machine:my-web")]
    [InlineData(@"/machine.slice/machine-qemu\x2d1\x2dvm.scope/libvirt/emulator", "machine:qemu-1-vm")]
    [InlineData("/machine.slice/systemd-nspawn@web.service/payload/system.slice/nginx.service", "machine:web")]
    public void A_system_container_is_called_by_its_name_whatever_runs_in_it(string path, string name) =>
        AssertName(name, path);

    [Theory]
    [InlineData("/system.slice/nginx.service", "nginx.service")]
    [InlineData("/system.slice/system-foo.slice/foo@bar.service", "foo@bar.service")]
    [InlineData("/system.slice/docker.service", "docker.service")]
    [InlineData("/system.slice/mnt-share.mount", "mnt-share.mount")]
    [InlineData("/system.slice/postgres.service/workers", "postgres.service")]
    [InlineData(
        "/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-123.scope", "app-firefox-123.scope")]
    [InlineData("/user.slice/user-1000.slice/session-3.scope", "session-3.scope")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/init.scope", "user@1000.service")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-conmon-ID.scope", "user@1000.service")]
    [InlineData("/system.slice/docker-0123.scope", "docker-0123.scope")]
    [InlineData("/machine.slice/machine-.scope", "machine-.scope")]
    public void Without_a_container_the_innermost_unit_is_named(string path, string name) => AssertName(name, path);

    [Theory]
    [InlineData("/docker/ID/docker/ID2", "docker:fedcba987654")]
    [InlineData("/lxc.payload.web/system.slice/docker-ID.scope", "docker:0123456789ab")]
    [InlineData("/lxc.payload.outer/lxc.payload.inner/init.scope", "lxc:inner")]
    [InlineData("/docker/ID/system.slice/nginx.service", "docker:0123456789ab")]
    [InlineData("/kubepods/burstable/podPOD/ID/docker/ID2", "docker:fedcba987654")]
    public void Of_containers_in_one_another_the_innermost_is_named(string path, string name) => AssertName(name, path);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/init.scope")]
    [InlineData("/system.slice")]
    [InlineData("/machine.slice/libpod-conmon-ID.scope")]
    [InlineData("/lxc.monitor.web")]
    [InlineData("/lxc")]
    [InlineData("/lxc.payload.")]
    [InlineData("/.service")]
    [InlineData("/docker/0123")]
    [InlineData("/../../..")]
    [InlineData("nginx.service")]
    [InlineData("0123456789abcdef")]
    public void What_tells_of_no_container_and_no_unit_gives_none(string? path) => AssertName(null, path);

    [Theory]
    [InlineData("/docker/ID/evil\x1b[2J.service", "docker:0123456789ab")]
    [InlineData("/system.slice/cron.service/a\nb.scope", "cron.service")]
    [InlineData("/lxc/we\u009bb", null)]
    [InlineData(@"/machine.slice/machine-a\x1b\x0a\x2f\x7f.scope", @"machine:a\x1b\x0a\x2f\x7f")]
    [InlineData(@"/machine.slice/machine-a\x.scope", @"machine:a\x")]
    [InlineData(@"/machine.slice/machine-\xc3\xa4.scope", "machine:ä")]
    [InlineData(@"/machine.slice/machine-\xff.scope", "machine:\ufffd")]
    [InlineData(@"/machine.slice/machine-a\xc2\x9b31m.scope", @"machine:a\xc2\x9b31m")]
    public void A_hostile_name_brings_no_control_characters(string path, string? name) => AssertName(name, path);

    [Fact]
    public void A_name_longer_than_the_kernel_allows_is_passed_over_and_a_long_path_is_read_to_its_end()
    {
        AssertName("cron.service", "/system.slice/cron.service/" + new string('x', 10_000) + ".scope");
        AssertName(null, "/" + new string('x', 10_000));
        AssertName(
            "cron.service", "/cron.service" + string.Concat(Enumerable.Repeat("/x", 10_000)) + new string('/', 10_000));
    }

    private static void AssertName(string? name, string? path)
    {
        var filled = path?.Replace("ID2", Id2, StringComparison.Ordinal)
            .Replace("ID", Id, StringComparison.Ordinal)
            .Replace("POD", Pod, StringComparison.Ordinal)
            .Replace("P_O_D", Pod.Replace('-', '_'), StringComparison.Ordinal);
        Assert.Equal(name, ContainerName.From(filled));
    }
}
