#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <iostream>
#include <string>
#include <utility>

namespace cinema::tests
{

/// Makes a test program say at its end what it ran against; `./dev test` ends with all of these
/// lines. To be made once, at namespace scope.
class ran_against
{
public:
    /// `what` names the store and its version. It is called behind the last test.
    explicit ran_against(std::function<std::string()> what) { name() = std::move(what); }

    [[nodiscard]] static std::function<std::string()>& name()
    {
        static std::function<std::string()> what;
        return what;
    }
};

namespace detail
{

class ran_against_listener final : public doctest::IReporter
{
public:
    explicit ran_against_listener(const doctest::ContextOptions&) {}

    void test_run_end(const doctest::TestRunStats& all) override
    {
        if (all.numTestCasesPassingFilters == 0)
            return;
        std::cout << "ran against " << ran_against::name()() << ": "
                  << all.numTestCasesPassingFilters - all.numTestCasesFailed << " of "
                  << all.numTestCasesPassingFilters << " tests passed\n";
    }

    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_case_start(const doctest::TestCaseData&) override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}
};

REGISTER_LISTENER("ran_against", 1, ran_against_listener);

} // namespace detail

} // namespace cinema::tests
