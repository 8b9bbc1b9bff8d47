// Refused: can have unpredictable performance
// A C function is refused unless its declaration carries PLAUDIT_TRUSTED.
import Glibc

@_noAllocation
func pause() {
    usleep(1)
}
