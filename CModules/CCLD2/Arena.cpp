// operator new and delete for the whole process: an arena while a thread is inside CLD2, malloc otherwise.
//
// CLD2 frees nearly in the reverse order in which it allocates, so the arena is a stack: every block has a header that
// leads back to the block before, a freed block is taken off as soon as it is the topmost one. A text of many scripts,
// for each of which CLD2 takes and frees 170 KB, thereby needs no more than a text of one.
#include "Arena.h"

#include <cstdint>
#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define PLAUDIT_HAS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PLAUDIT_HAS_SANITIZER 1
#endif

namespace {

constexpr std::size_t alignment = 16;
static_assert(alignment >= __STDCPP_DEFAULT_NEW_ALIGNMENT__, "operator new promises that alignment");

struct alignas(alignment) Header {
    /// The block below, or null at the bottom.
    Header *below;
    bool isFree;
};
static_assert(sizeof(Header) == alignment, "a header keeps the alignment of what follows");

struct Arena {
    char *base;
    char *top;
    char *end;
    Header *topmost;
    std::size_t peakByteCount;
    std::uint32_t fallbackCount;
    std::uint32_t heldCount;
};

// Initial-exec, so that reading it from inside operator new never allocates.
__attribute__((tls_model("initial-exec"))) thread_local Arena arena = {};

[[maybe_unused]] void *take(std::size_t byteCount) noexcept {
    std::size_t room = static_cast<std::size_t>(arena.end - arena.top);
    if (byteCount > room || room - byteCount < sizeof(Header) + alignment) {
        arena.fallbackCount += 1;
        return nullptr;
    }
    Header *header = reinterpret_cast<Header *>(arena.top);
    header->below = arena.topmost;
    header->isFree = false;
    arena.topmost = header;
    arena.top += sizeof(Header) + ((byteCount + alignment - 1) & ~(alignment - 1));
    arena.heldCount += 1;
    std::size_t used = static_cast<std::size_t>(arena.top - arena.base);
    if (used > arena.peakByteCount) arena.peakByteCount = used;
    return header + 1;
}

[[maybe_unused]] bool give_back(void *block) noexcept {
    if (!arena.base || block < arena.base || block >= arena.end) return false;
    (static_cast<Header *>(block) - 1)->isFree = true;
    arena.heldCount -= 1;
    while (arena.topmost && arena.topmost->isFree) {
        arena.top = reinterpret_cast<char *>(arena.topmost);
        arena.topmost = arena.topmost->below;
    }
    return true;
}

}

void plaudit::arena_begin(void *block, std::size_t byteCount) noexcept {
    std::uintptr_t address = reinterpret_cast<std::uintptr_t>(block);
    std::uintptr_t aligned = (address + alignment - 1) & ~static_cast<std::uintptr_t>(alignment - 1);
    arena = {};
    arena.base = reinterpret_cast<char *>(aligned);
    arena.top = arena.base;
    arena.end = reinterpret_cast<char *>(address + byteCount);
    if (arena.end < arena.base) arena.end = arena.base;
}

void plaudit::arena_end(PlauditArenaUse *use) noexcept {
    use->peakByteCount = arena.peakByteCount;
    use->fallbackCount = arena.fallbackCount;
    use->heldCount = arena.heldCount;
    arena = {};
}

#ifdef PLAUDIT_HAS_SANITIZER

extern "C" int plaudit_cld2_uses_arena(void) { return 0; }

#else

extern "C" int plaudit_cld2_uses_arena(void) { return 1; }

namespace {

void *allocate_or_null(std::size_t byteCount) noexcept {
    if (__builtin_expect(arena.base != nullptr, 0)) {
        if (void *block = take(byteCount)) return block;
    }
    return std::malloc(byteCount == 0 ? 1 : byteCount);
}

// Alignments beyond 16 never come from CLD2, so they go to the heap always.
void *allocate_aligned_or_null(std::size_t byteCount, std::align_val_t wanted) noexcept {
    std::size_t boundary = static_cast<std::size_t>(wanted);
    if (boundary < sizeof(void *)) boundary = sizeof(void *);
    void *block = nullptr;
    return posix_memalign(&block, boundary, byteCount == 0 ? 1 : byteCount) == 0 ? block : nullptr;
}

// As the standard asks: the new-handler may make room, and without one the failure is thrown.
template <typename Attempt> void *allocate_or_throw(Attempt attempt) {
    for (;;) {
        if (void *block = attempt()) return block;
        std::new_handler handler = std::get_new_handler();
        if (!handler) throw std::bad_alloc();
        handler();
    }
}

void release(void *block) noexcept {
    if (!give_back(block)) std::free(block);
}

}

#define EXPORTED __attribute__((visibility("default"), used))

EXPORTED void *operator new(std::size_t n) { return allocate_or_throw([n] { return allocate_or_null(n); }); }
EXPORTED void *operator new[](std::size_t n) { return allocate_or_throw([n] { return allocate_or_null(n); }); }
EXPORTED void *operator new(std::size_t n, const std::nothrow_t &) noexcept { return allocate_or_null(n); }
EXPORTED void *operator new[](std::size_t n, const std::nothrow_t &) noexcept { return allocate_or_null(n); }
EXPORTED void *operator new(std::size_t n, std::align_val_t a) {
    return allocate_or_throw([n, a] { return allocate_aligned_or_null(n, a); });
}
EXPORTED void *operator new[](std::size_t n, std::align_val_t a) {
    return allocate_or_throw([n, a] { return allocate_aligned_or_null(n, a); });
}
EXPORTED void *operator new(std::size_t n, std::align_val_t a, const std::nothrow_t &) noexcept {
    return allocate_aligned_or_null(n, a);
}
EXPORTED void *operator new[](std::size_t n, std::align_val_t a, const std::nothrow_t &) noexcept {
    return allocate_aligned_or_null(n, a);
}

EXPORTED void operator delete(void *block) noexcept { release(block); }
EXPORTED void operator delete[](void *block) noexcept { release(block); }
EXPORTED void operator delete(void *block, std::size_t) noexcept { release(block); }
EXPORTED void operator delete[](void *block, std::size_t) noexcept { release(block); }
EXPORTED void operator delete(void *block, const std::nothrow_t &) noexcept { release(block); }
EXPORTED void operator delete[](void *block, const std::nothrow_t &) noexcept { release(block); }
EXPORTED void operator delete(void *block, std::align_val_t) noexcept { release(block); }
EXPORTED void operator delete[](void *block, std::align_val_t) noexcept { release(block); }
EXPORTED void operator delete(void *block, std::size_t, std::align_val_t) noexcept { release(block); }
EXPORTED void operator delete[](void *block, std::size_t, std::align_val_t) noexcept { release(block); }
EXPORTED void operator delete(void *block, std::align_val_t, const std::nothrow_t &) noexcept { release(block); }
EXPORTED void operator delete[](void *block, std::align_val_t, const std::nothrow_t &) noexcept { release(block); }

#endif
