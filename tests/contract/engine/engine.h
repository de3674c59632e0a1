// What a store engine has to give so that the cases of tests/contract/store can be run on it. One
// file of this folder is linked into each program of the suite.
#pragma once

#include <memory>

#include "core/store/store.h"

namespace caas::contract {

// An empty database of its own that vanishes with its object.
class Place {
  public:
    Place() = default;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    virtual ~Place() = default;

    // Each reaches the same database.
    virtual std::unique_ptr<store::Connector> connector() = 0;
};

std::unique_ptr<Place> make_place();

}  // namespace caas::contract
