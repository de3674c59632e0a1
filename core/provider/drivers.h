// The names of the drivers, each in the file of its name; for registry.cc and for themselves.
#pragma once

#include "core/provider/driver.h"

namespace caas::provider {

extern const Driver anthropic;
extern const Driver compatible;
extern const Driver gemini;
extern const Driver offline;
extern const Driver openai;

}  // namespace caas::provider
