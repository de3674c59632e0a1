#include "core/sandbox/platform_pretend.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace caas::sandbox {
namespace {

constexpr std::string_view page = "<!doctype html><title>Just a moment</title>";

net::Failure lost(net::Failure::Kind kind, bool may_have_left) {
    return {kind, may_have_left, "the pretend platform was told to fail"};
}

bool is_same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::ranges::equal(a, b, {}, lower, lower);
}

// As it arrives: with the whole of a body that is read piece by piece.
net::Request received(const net::Request& sent) {
    auto request = sent;
    if (const auto source = std::exchange(request.source, std::nullopt)) {
        constexpr std::size_t most = 1U << 20U;
        for (auto piece = source->read(0, most); !piece.empty();
             piece = source->read(static_cast<std::int64_t>(request.body.size()), most))
            request.body += piece;
    }
    return request;
}

}  // namespace

net::Result PretendPlatform::handle(const net::Request& sent) {
    const auto request = received(sent);
    const std::scoped_lock lock(mutex_);
    ++requests_;
    let_arrive(false);
    const bool is_armed = armed_ != PlatformFault::none && request.method != "GET";
    const auto fault = is_armed ? std::exchange(armed_, PlatformFault::none) : faults_.next();
    switch (fault) {
        case PlatformFault::none:
            break;
        case PlatformFault::unreachable:
            return lost(net::Failure::Kind::connect, false);
        case PlatformFault::lost_before:
            return lost(net::Failure::Kind::broken, true);
        case PlatformFault::lost_after:
            work(request);
            return lost(net::Failure::Kind::broken, true);
        case PlatformFault::late:
            work(request);
            return lost(net::Failure::Kind::timeout, true);
        case PlatformFault::delayed:
            delayed_.push_back({request, 2});
            return lost(net::Failure::Kind::timeout, true);
        case PlatformFault::long_delayed:
            delayed_.push_back({request, 3});
            return lost(net::Failure::Kind::timeout, true);
        case PlatformFault::error_before:
            return net::Response{500, {}, ""};
        case PlatformFault::error_after:
            work(request);
            return net::Response{500, {}, ""};
        case PlatformFault::proxy_page:
            work(request);
            return net::Response{502, {}, std::string(page)};
        case PlatformFault::cut_off: {
            auto response = work(request);
            response.body.resize(response.body.size() / 2);
            return response;
        }
        case PlatformFault::page: {
            auto response = work(request);
            response.body = page;
            return response;
        }
        case PlatformFault::duplicate:
            if (auto refusal = refuse_duplicate())
                return *std::move(refusal);
            break;
        case PlatformFault::rate_limit:
        case PlatformFault::expired_token:
            if (auto refusal = refuse(fault))
                return *std::move(refusal);
            break;
    }
    return work(request);
}

void PretendPlatform::queue(PlatformFault fault, int spare) {
    const std::scoped_lock lock(mutex_);
    faults_.queue(fault, spare);
}

void PretendPlatform::arm(PlatformFault fault) {
    const std::scoped_lock lock(mutex_);
    armed_ = fault;
}

PlatformFault PretendPlatform::armed() const {
    const std::scoped_lock lock(mutex_);
    return armed_;
}

bool PretendPlatform::plays(PlatformFault fault) {
    const std::scoped_lock lock(mutex_);
    if (fault == PlatformFault::duplicate)
        return refuse_duplicate().has_value();
    if (fault == PlatformFault::rate_limit || fault == PlatformFault::expired_token)
        return refuse(fault).has_value();
    return fault != PlatformFault::none;
}

void PretendPlatform::set_gate(Gate gate) {
    const std::scoped_lock lock(mutex_);
    gate_ = std::move(gate);
}

void PretendPlatform::set_origin(const std::string& origin) {
    const std::scoped_lock lock(mutex_);
    origin_ = origin;
}

void PretendPlatform::set_slow(bool is_slow) {
    take_speed(is_slow);
    const std::scoped_lock lock(mutex_);
    takes_long_ = is_slow;
}

bool PretendPlatform::is_slow() const {
    const std::scoped_lock lock(mutex_);
    return takes_long_;
}

void PretendPlatform::take_speed(bool /*is_slow*/) {}

std::optional<ShownFile> PretendPlatform::file(const std::string& /*id*/) const {
    return std::nullopt;
}

bool PretendPlatform::is_admitted(const std::string& token) const {
    return gate_ && !token.empty() && gate_(token);
}

void PretendPlatform::set_always(PlatformFault fault) {
    const std::scoped_lock lock(mutex_);
    faults_.set_always(fault);
}

void PretendPlatform::arrive() {
    const std::scoped_lock lock(mutex_);
    let_arrive(true);
}

void PretendPlatform::let_arrive(bool all) {
    std::erase_if(delayed_, [&](Delayed& delayed) {
        const bool is_here = --delayed.left <= 0 || all;
        if (is_here)
            work(delayed.request);
        return is_here;
    });
}

int PretendPlatform::requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
}

net::Response json_response(int status, const Json& body, net::Headers headers) {
    headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    return {status, std::move(headers), json::dump(body)};
}

std::string header_of(const net::Request& request, std::string_view name) {
    for (const auto& [key, value] : request.headers) {
        if (is_same_name(key, name))
            return value;
    }
    return "";
}

std::string value_of(const net::Pairs& pairs, std::string_view name) {
    const auto at = std::ranges::find(pairs, name, &net::Pairs::value_type::first);
    return at == pairs.end() ? "" : at->second;
}

std::string bearer_of(const net::Request& request) {
    constexpr std::string_view scheme = "Bearer ";
    const auto value = header_of(request, "Authorization");
    return value.starts_with(scheme) ? value.substr(scheme.size()) : "";
}

}  // namespace caas::sandbox
