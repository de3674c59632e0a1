// Named places at which a test's build of the programs may die, so that every boundary of the
// journal can be tried. In the product it does nothing: the programs of tests/program/ are linked
// with a file of their own in the place of stop_point.cc, and everything else in them is the
// product's, byte for byte.
//
// Thread-safe. Names are "<what>.<where>": "claim.written".
#pragma once

#include <string_view>

namespace caas {

void stop_point(std::string_view name) noexcept;

}  // namespace caas
