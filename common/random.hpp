// Random bytes from the kernel (getrandom(2)): ids that nobody can guess.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace belfry {

void fill_random(std::span<std::uint8_t> bytes);

// `size` random bytes in lower-case hex: a text of twice as many characters.
std::string random_hex(std::size_t size);

}  // namespace belfry
