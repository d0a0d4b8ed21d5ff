#include "seats/grammar.hpp"

#include "programs/command_line.hpp"

namespace cinema::seats
{
namespace
{

constexpr const char* examples = R"(Examples, in this order:
  seats demo                  makes a hall and a session in the new file cinema.db
  seats map 1                 shows the seats of session 1
  seats hold 1 C4 C5          keeps two seats for ten minutes and prints the reservation's id
  seats confirm ID            sells them; seats cancel ID gives them back
  seats best 1 3 --reserve    buys the best three seats that are left together

Every verb takes --store, --json and --color. Ends with 0 when it was done, with 1 when it was
refused (the seat is taken, say), with 2 when the options are wrong or the store is away.)";

} // namespace

grammar::grammar(CLI::App& app, options& to, raw_options& raw) : app_{app}, to_{to}, raw_{raw}
{
    app.option_defaults()->always_capture_default();
    app.get_formatter()->column_width(30);
    app.fallthrough();
    app.require_subcommand(1);
    app.footer(examples);
    add_common();
    add_verbs();
}

verb grammar::parsed() const
{
    for (const auto& [sub, its] : verbs_)
        if (sub->parsed())
            return its;
    return verb::list;
}

void grammar::check_together() const
{
    const bool is_kept = to_.reserves_best || to_.holds_best;
    if (best_->count("--seconds") > 0 && !to_.holds_best)
        throw usage_error{"--seconds goes with --hold: nothing else ends by itself"};
    if (best_->count("--user") > 0 && !is_kept)
        throw usage_error{
            "--user goes with --reserve or --hold: without them, nothing is reserved"};
}

void grammar::add_common()
{
    app_.add_option("--store", to_.store,
                    "Where everything is kept: sqlite:FILE, postgresql://… or mongodb://…")
        ->type_name("STORE")
        ->check(not_empty());
    app_.add_flag("--json", to_.as_json, "Print JSON");
    app_.add_option("--color", raw_.color, "auto: on a terminal, unless NO_COLOR is set")
        ->type_name("WHEN")
        ->check(one_of({"auto", "always", "never"}));
}

CLI::App& grammar::add(const char* name, const char* what, verb its)
{
    auto* const made = app_.add_subcommand(name, what);
    made->footer("Takes --store, --json and --color, too; see seats --help.");
    verbs_.emplace_back(made, its);
    return *made;
}

void grammar::add_session(CLI::App& to)
{
    to.add_option("SESSION", raw_.session, "Its number; seats list shows them")
        ->type_name("")
        ->default_str("")
        ->required()
        ->check(whole_number(1, INT64_MAX));
}

void grammar::add_seats(CLI::App& to)
{
    add_session(to);
    to.add_option("SEAT", raw_.seats, "Labels, as C4, or numbers")->type_name("")->required();
    add_user(to);
}

void grammar::add_user(CLI::App& to)
{
    to.add_option("--user", to_.user, "A label for the reservation")->type_name("NAME");
}

void grammar::add_seconds(CLI::App& to)
{
    to.add_option("--seconds", raw_.hold_seconds, "How long they are held")
        ->type_name("N")
        ->check(whole_number(booking::hold_min.count(), booking::hold_max.count()));
}

void grammar::add_id(CLI::App& to)
{
    to.add_option("ID", raw_.reservation, "Of the reservation")->type_name("")->required();
}

void grammar::add_best(CLI::App& to)
{
    add_session(to);
    to.add_option("COUNT", to_.wish.count, "Of the party, side by side if there is room")
        ->type_name("")
        ->default_str("")
        ->required()
        ->check(whole_number(1, booking::reserve_seats_max));
    to.add_option("--category", to_.wish.category, "Only of this category")->type_name("NAME");
    to.add_option("--accessible", to_.wish.accessible, "So many of them accessible")
        ->type_name("N")
        ->check(whole_number(0, booking::reserve_seats_max));
    to.add_flag("--split", to_.wish.split, "Apart if there is no room together");
    auto* const sells = to.add_flag("--reserve", to_.reserves_best, "Buy them");
    to.add_flag("--hold", to_.holds_best, "Hold them")->excludes(sells);
    add_seconds(to);
    add_user(to);
}

void grammar::add_verbs()
{
    add("demo", "Makes a hall and a session in an empty store", verb::demo)
        .add_option("--showtime", raw_.showtime, "In UTC; else tomorrow at 20:00")
        ->type_name("2026-12-01T20:00");
    add("list", "Lists the sessions", verb::list);
    add_session(add("map", "Shows the seats of a session", verb::map));
    add_seats(add("reserve", "Buys seats", verb::reserve));
    auto& hold = add("hold", "Keeps seats for a while, to be confirmed", verb::hold);
    add_seats(hold);
    add_seconds(hold);
    add_id(add("confirm", "Sells what is held", verb::confirm));
    add_id(add("cancel", "Gives seats back", verb::cancel));
    auto& best = add("best", "Picks the best seats that are left", verb::best);
    add_best(best);
    best_ = &best;
}

} // namespace cinema::seats
