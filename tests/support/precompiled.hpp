#pragma once

// What most tests include, compiled once. A test still includes what it uses.

#include <cinema/booking/engine/session_draft.hpp>
#include <cinema/booking/store/stores.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>
