#include "core/net/curl_library.h"

#include <dlfcn.h>

#include "core/base/error.h"

namespace caas::net {
namespace {

Error missing(const std::string& file, const std::string& why) {
    return {
        Code::unavailable,
        "the HTTP library " + file + " " + why,
        "Install it: apt-get install libcurl4"};
}

}  // namespace

CurlLibrary::CurlLibrary(const std::string& file) {
    void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        throw missing(file, "could not be loaded");
    const auto load = [&](auto& function, const char* name) {
        function =
            reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
        if (function == nullptr)
            throw missing(file, std::string("has no function ") + name);
    };
    load(global_init, "curl_global_init");
    load(global_cleanup, "curl_global_cleanup");
    load(easy_init, "curl_easy_init");
    load(easy_cleanup, "curl_easy_cleanup");
    load(easy_reset, "curl_easy_reset");
    load(easy_setopt, "curl_easy_setopt");
    load(easy_getinfo, "curl_easy_getinfo");
    load(easy_strerror, "curl_easy_strerror");
    load(easy_perform, "curl_easy_perform");
    load(multi_init, "curl_multi_init");
    load(multi_cleanup, "curl_multi_cleanup");
    load(multi_add_handle, "curl_multi_add_handle");
    load(multi_remove_handle, "curl_multi_remove_handle");
    load(multi_perform, "curl_multi_perform");
    load(multi_poll, "curl_multi_poll");
    load(multi_wakeup, "curl_multi_wakeup");
    load(multi_info_read, "curl_multi_info_read");
    load(slist_append, "curl_slist_append");
    load(slist_free_all, "curl_slist_free_all");
    if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        throw missing(file, "could not be started");
}

// The library itself stays loaded: OpenSSL and the resolver's threads may outlive us.
CurlLibrary::~CurlLibrary() {
    global_cleanup();
}

}  // namespace caas::net
