using Xunit.Sdk;
using Xunit.v3;

// They share the host's sockets, and some ask what is left in the kernel: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
