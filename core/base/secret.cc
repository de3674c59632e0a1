#include "core/base/secret.h"

#include <utility>

#include <openssl/crypto.h>

#include "core/base/digest.h"

namespace caas {

Secret::Secret(Secret&& other) noexcept : text_(other.text_) {
    OPENSSL_cleanse(other.text_.data(), other.text_.size());
    other.text_.clear();
}

Secret& Secret::operator=(Secret other) noexcept {
    std::swap(text_, other.text_);
    return *this;
}

Secret::~Secret() {
    OPENSSL_cleanse(text_.data(), text_.size());
}

std::string Secret::masked() const {
    if (text_.empty())
        return "";
    return text_.size() < 12 ? "…" : text_.substr(0, 4) + "…";
}

bool Secret::operator==(const Secret& other) const noexcept {
    return is_equal_in_constant_time(text_, other.text_);
}

}  // namespace caas
