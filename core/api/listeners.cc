#include "core/api/listeners.h"

#include "core/base/error.h"

namespace caas::api {

Listeners::Seat::Seat(Listeners& listeners, const access::Principal& principal)
    : listeners_(listeners), person_(principal.person.text()) {
    const std::scoped_lock lock(listeners_.mutex_);
    const auto own = listeners_.by_person_.find(person_);
    const bool has_many = own != listeners_.by_person_.end() && own->second >= most_of_one;
    if (has_many || listeners_.taken_ >= most)
        throw Error(
            Code::busy,
            has_many ? "You wait in many places already" : "Too many are waiting already",
            "end one of them, or ask without `wait`")
            .retry_after(5);
    ++listeners_.taken_;
    ++listeners_.by_person_[person_];
}

Listeners::Seat::~Seat() {
    const std::scoped_lock lock(listeners_.mutex_);
    --listeners_.taken_;
    const auto own = listeners_.by_person_.find(person_);
    if (--own->second == 0)
        listeners_.by_person_.erase(own);
}

}  // namespace caas::api
