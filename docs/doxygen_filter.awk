# A filter for Doxygen. Lines keep their numbers.
#
# - What a header declares in a namespace goes into the group of its folder, so that no header has
#   to name its layer.
# - A variable without a comment is one whose name and type say all, and so is a function that only
#   looks: no arguments, const noexcept, on one line. They get an empty comment, so that Doxygen
#   complains of all other functions, and of types.
# - What a comment says of errors, threads, and what holds before and after begins a line.
# - Members that are defined outside of their class are left out, since the group would take them
#   from it; so are specialisations of other libraries' templates, behind the namespace.

{ line[FNR] = $0 }

END {
    layer = "front"
    if (match(FILENAME, /cinema\/booking\/[a-z]+\//)) {
        layer = substr(FILENAME, RSTART, RLENGTH - 1)
        sub(/.*\//, "", layer)
    }
    for (i = 1; i <= FNR; ++i)
        if (line[i] ~ /^[a-z\[].*[a-z_>]::~?[a-z_]+\(/ && line[i] !~ /^inline constexpr /)
            i = drop_definition(i)
    for (i = 1; i <= FNR; ++i)
        print filtered(line[i])
}

# Empties the definition whose name is in line `at`. Returns its last line.
function drop_definition(at) {
    for (first = at - 1; line[first] ~ /^[a-z\[\/]/ && line[first] !~ /[;{}]$/; --first)
        line[first] = ""
    for (; at < FNR && line[at] !~ /^}/; ++at)
        line[at] = ""
    line[at] = ""
    return at
}

function filtered(text) {
    if (text ~ /^namespace cinema::booking/) {
        is_opening = 1
        is_behind = 0
    } else if (is_opening && text ~ /^\{/) {
        text = "{ /** @addtogroup " layer " */ /** @{ */"
        is_opening = 0
    } else if (text ~ /^\} \/\/ namespace cinema::booking/) {
        text = "/** @} */ }"
        is_behind = 1
    } else if (is_behind && text !~ /^#/)
        text = ""

    if (!was_comment && (is_plain_variable(text) || is_plain_look(text))) {
        sub(/ *(\/\/.*)?$/, "", text)
        text = text " ///< &zwj;"
    }
    if (match(text, /\/\/\/ +(Pre|Post|Errors|Thread safety)[^:.]*: /)) {
        words = substr(text, RSTART + 4, RLENGTH - 5)
        sub(/^ +/, "", words)
        text = substr(text, 1, RSTART + 3) (was_comment ? "@n " : "") "**" words "** " \
            substr(text, RSTART + RLENGTH)
    }
    # Else the comment above the next line would be taken for its continuation.
    if (match(text, /\/\/\/< /))
        text = substr(text, 1, RSTART - 1) "/**< " substr(text, RSTART + 5) " */"
    was_comment = text ~ /^ *\/\/\//
    return text
}

function is_plain_variable(text) {
    return text ~ /^(    |inline constexpr )[a-z][A-Za-z0-9_:<>,*& ()]* [a-z][a-z0-9_]*[a-z0-9](\{.*\}| = .*)?;( \/\/ .*)?$/ \
        && text !~ /^    (return|using|friend|throw) /
}

function is_plain_look(text) {
    return text ~ /^    \[\[nodiscard\]\] .* [a-z_]+\(\) const noexcept( \{.*\}|;)( \/\/.*)?$/
}
