#pragma once

/// The headers hold all the code, unless a program defines CINEMA_SEPARATE_COMPILATION for all its
/// source files: then they declare what is long, and the one source file that includes
/// <cinema/booking/impl/src.hpp> holds it. Compiling and linking with cinema::booking_compiled does
/// both.
#ifdef CINEMA_SEPARATE_COMPILATION
#define CINEMA_DECL
#else
#define CINEMA_DECL inline
#endif
