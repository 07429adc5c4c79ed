#include <stddef.h>
#include <stdint.h>

/// libFuzzer, for programs with a `main` of their own.
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*run)(const uint8_t *bytes, size_t count));
