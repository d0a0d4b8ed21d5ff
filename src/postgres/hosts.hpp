#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace cinema::booking::postgres
{

/// What libpq is given to connect to one host.
class host_parameters
{
public:
    explicit host_parameters(std::vector<std::pair<std::string, std::string>> values)
        : values_{std::move(values)}
    {
    }

    /// For people: "db1.example:5432"; without a password.
    [[nodiscard]] std::string name() const;

    /// As PQconnectStartParams() takes them, null at the end; valid as long as this.
    [[nodiscard]] std::vector<const char*> keywords() const;
    [[nodiscard]] std::vector<const char*> values() const;

    [[nodiscard]] const std::string* find(const std::string& keyword) const noexcept;

private:
    std::vector<std::pair<std::string, std::string>> values_;
};

/// The hosts that `conninfo` names, in their order; one without a name where it names none, which
/// libpq's defaults then decide on. Adds what it leaves open: that a server must take writes, who
/// we are, UTF-8, and that a peer that does not answer for `timeout` is given up.
/// Throws `failure` (invalid_request) if it cannot be understood.
[[nodiscard]] std::vector<host_parameters> hosts_of(const std::string& conninfo,
                                                    std::chrono::milliseconds timeout);

} // namespace cinema::booking::postgres
