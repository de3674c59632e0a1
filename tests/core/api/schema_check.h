// Compares JSON with the schemas of the API: what the OpenAPI document promises is what is sent.
// Objects are closed unless they say `additionalProperties`, so that nothing is sent unsaid. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/api/route.h"
#include "core/base/json.h"

namespace caas::api {

// What is wrong, each with its place; empty when all is as the schema says.
std::vector<std::string> faults_of(const Json& value, const Json& schema);

// What is wrong with an answer of a route that says of itself what it answers.
std::vector<std::string> faults_of_answer(
    const Route& route, int status, const std::string& type, const Json& body);

}  // namespace caas::api
