/* log and pow of glibc before 2.29, for all who call them: see Release.targets. */
#if defined(__x86_64__)
#define FIRST_VERSION "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define FIRST_VERSION "GLIBC_2.17"
#else
#error "which version of glibc was the first on this architecture?"
#endif

double old_log(double x);
double old_pow(double x, double y);
double __wrap_log(double x);
double __wrap_pow(double x, double y);

__asm__(".symver old_log, log@" FIRST_VERSION);
__asm__(".symver old_pow, pow@" FIRST_VERSION);

double __wrap_log(double x)
{
	return old_log(x);
}

double __wrap_pow(double x, double y)
{
	return old_pow(x, y);
}
