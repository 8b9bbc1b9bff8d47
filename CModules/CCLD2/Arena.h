// Memory for one call into CLD2, taken from a block that the caller brings.
#ifndef PLAUDIT_CCLD2_ARENA_H
#define PLAUDIT_CCLD2_ARENA_H

#include <cstddef>

#include "CCLD2.h"

namespace plaudit {

/// From here to arena_end, operator new of this thread takes from the arena.
void arena_begin(void *arena, std::size_t byteCount) noexcept;
/// Back to malloc; says what the arena was used for.
void arena_end(PlauditArenaUse *use) noexcept;

}

#endif
