#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every bound of the library, with its unit. A request that exceeds one is refused with
/// `errc::invalid_request` unless said otherwise.
namespace cinema::booking
{

inline constexpr std::size_t hall_seats_max = 2'000;
inline constexpr std::size_t hall_rows_max = 200;
inline constexpr std::size_t hall_columns_max = 200;
inline constexpr std::size_t hall_categories_max = 16;
inline constexpr std::size_t hall_name_bytes_max = 200;
inline constexpr std::size_t time_zone_bytes_max = 64;
inline constexpr std::size_t category_bytes_max = 40;
inline constexpr std::size_t price_type_bytes_max = 40;
inline constexpr std::size_t session_prices_max = 64; ///< Of all categories and price types.
inline constexpr std::size_t row_name_bytes_max = 8;
inline constexpr std::size_t seat_label_bytes_max = 15;
inline constexpr std::size_t movie_title_bytes_max = 300;
inline constexpr std::size_t user_label_bytes_max = 200;
inline constexpr std::size_t idempotency_key_bytes_max = 64;

inline constexpr std::size_t user_id_bytes_max = 64;
inline constexpr std::size_t user_name_bytes_max = 200;
inline constexpr std::size_t email_bytes_max = 254; ///< RFC 5321, section 4.5.3.1.3.
inline constexpr std::size_t password_hash_bytes_max = 256;
inline constexpr std::size_t kept_name_bytes_max = 100;    ///< Of `inventory_store::keep`.
inline constexpr std::size_t kept_value_bytes_max = 4'096; ///< Of `inventory_store::keep`.

inline constexpr std::size_t reserve_seats_max = 10;
inline constexpr std::size_t reservation_events_max = 32; ///< Then it cannot be extended.
/// Then reserving with a key is `errc::session_full`. Later steps of a reservation, which its
/// events limit, may still add theirs.
inline constexpr std::size_t session_keys_max = 50'000;
inline constexpr std::int64_t price_minor_units_max = 1'000'000'000;

inline constexpr std::chrono::seconds hold_default{600};
inline constexpr std::chrono::seconds hold_min{1};
inline constexpr std::chrono::seconds hold_max{3'600};
inline constexpr std::chrono::seconds hold_total_max{7'200}; ///< In all, with extensions.
inline constexpr std::chrono::hours key_kept_after_end{7 * 24};

inline constexpr std::size_t batch_operations_max = 256;
inline constexpr std::size_t mailbox_operations_max = 32'768; ///< A lane; then `errc::busy`.
inline constexpr unsigned lanes_max = 64; ///< There are no more, however many are asked for.
inline constexpr std::size_t page_size_default = 100;
inline constexpr std::size_t page_size_max = 1'000;

/// A store's time that runs ahead by more is not believed: its clock was set wrong.
inline constexpr std::chrono::seconds clock_step_max{10};
/// Three tries fit into an operation's deadline, so that it can be said that nothing changed.
inline constexpr std::chrono::milliseconds store_timeout_default{600};
inline constexpr std::chrono::milliseconds operation_deadline_default{2'000};
inline constexpr std::chrono::milliseconds sweep_interval_default{500};
inline constexpr std::chrono::milliseconds view_age_max{500}; ///< Then it is verified again.

} // namespace cinema::booking
