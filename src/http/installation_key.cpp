#include "installation_key.hpp"

#include "text.hpp"

#include <sodium.h>

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace cinema::booking::http
{

static_assert(std::tuple_size_v<key_bytes> == crypto_auth_hmacsha256_KEYBYTES);

std::string guest_secret(const key_bytes& key, const reservation_id& id)
{
    const auto text = id.text();
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code{};
    crypto_auth_hmacsha256(code.data(), reinterpret_cast<const unsigned char*>(text.data()),
                           text.size(), key.data());
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::array<char, sodium_base64_ENCODED_LEN(crypto_auth_hmacsha256_BYTES, variant)> encoded{};
    sodium_bin2base64(encoded.data(), encoded.size(), code.data(), code.size(), variant);
    return encoded.data();
}

bool bears_secret(std::optional<std::string_view> authorization, const key_bytes& key,
                  const reservation_id& id)
{
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization || !same_name(authorization->substr(0, scheme.size()), scheme))
        return false;
    const auto shown = trimmed(authorization->substr(scheme.size()));
    const auto secret = guest_secret(key, id);
    return shown.size() == secret.size()
           && sodium_memcmp(shown.data(), secret.data(), secret.size()) == 0;
}

installation_key::installation_key(inventory_store& inventory, blocking_pool& pool)
    : inventory_{inventory}, pool_{pool}
{
    if (sodium_init() < 0)
        throw std::runtime_error{"libsodium cannot be used: the system gives no random numbers"};
}

bool installation_key::fetch(const detail::call_ptr& call)
{
    const std::lock_guard lock{mutex_};
    if (!is_asking_ && !pool_.post([this] { ask(); }))
        return false;
    is_asking_ = true;
    if (call)
        waiting_.push_back(call);
    return true;
}

void installation_key::ask()
{
    refusal trouble;
    std::optional<key_bytes> key;
    try
    {
        key_bytes fresh{};
        randombytes_buf(fresh.data(), fresh.size());
        const std::string_view offer{reinterpret_cast<const char*>(fresh.data()), fresh.size()};
        if (auto kept = inventory_.keep("installation-key", offer); !kept)
            trouble = to_refusal(kept.error());
        else if (kept->size() != fresh.size())
            trouble = {.code = errc::store_failed, .detail = "the installation's key is damaged"};
        else
            std::copy(kept->begin(), kept->end(), key.emplace().begin());
    }
    catch (...)
    {
        trouble = {.code = errc::store_failed, .detail = detail::current_exception_text()};
    }
    std::vector<detail::call_ptr> waiting;
    {
        const std::lock_guard lock{mutex_};
        is_asking_ = false;
        waiting.swap(waiting_);
        if (key && ready_ == nullptr)
        {
            bytes_ = *key;
            ready_ = &bytes_;
        }
    }
    for (const auto& call : waiting)
    {
        detail::call_access::state(*call).trouble = trouble;
        detail::call_access::wake(*call);
    }
}

} // namespace cinema::booking::http
