#include <cinema/booking/impl/src.hpp>
