// An HTTP client whose answers the test lines up. It throws on a request nobody prepared for and
// keeps what it was asked.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "core/net/http_client.h"

namespace caas::fake {

class FakeHttp final : public net::HttpClient {
  public:
    // Answers given in order. When it is empty, `handler` is asked if there is one.
    std::deque<net::Result> answers;
    std::function<net::Result(const net::Request&)> handler;
    std::vector<net::Request> asked;

    net::Result send(const net::Request& request) override {
        const std::scoped_lock lock(mutex_);
        asked.push_back(request);
        net::Result result;
        if (!answers.empty()) {
            result = std::move(answers.front());
            answers.pop_front();
        } else if (handler) {
            result = handler(request);
        } else {
            throw std::logic_error("unexpected request: " + request.method + " " + request.url);
        }
        if (auto* response = std::get_if<net::Response>(&result);
            response != nullptr && request.on_data && response->status >= 200 &&
            response->status < 300) {
            // In small pieces, so that nobody depends on where a stream is cut.
            for (std::size_t at = 0; at < response->body.size(); at += 7) {
                if (!request.on_data(std::string_view(response->body).substr(at, 7)))
                    return net::Failure{net::Failure::Kind::canceled, true, "canceled"};
            }
            response->body.clear();
        }
        return result;
    }

    void answer(int status, std::string body, net::Headers headers = {}) {
        answers.emplace_back(net::Response{status, std::move(headers), std::move(body)});
    }

    void fail(net::Failure::Kind kind, bool may_have_left) {
        answers.emplace_back(net::Failure{kind, may_have_left, "scripted failure"});
    }

  private:
    std::mutex mutex_;
};

}  // namespace caas::fake
