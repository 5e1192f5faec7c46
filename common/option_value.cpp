#include "common/option_value.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "common/duration.hpp"
#include "common/plain_text.hpp"

namespace belfry {
namespace {

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string words_text(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text.append(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ").append(words[i]);
  return text;
}

std::string expected(const bool*, const Rule&) { return "true or false"; }

std::string expected(const std::uint32_t*, const Rule& rule) {
  if (const auto* one_of = std::get_if<OneOf>(&rule)) return words_text(one_of->words);
  const auto& range = std::get<Range>(rule);
  std::string text = "a whole number from " + std::to_string(range.min) + " to " + std::to_string(range.max);
  if (!range.word_for_zero.empty()) text.append(" or \"").append(range.word_for_zero).append("\"");
  return text;
}

std::string expected(const Milliseconds*, const Rule& rule) {
  const auto& range = std::get<Range>(rule);
  return "a duration with its unit as text, such as \"250ms\", \"10s\" or \"2m\", from " +
         duration_text(Milliseconds(range.min)) + " to " + duration_text(Milliseconds(range.max));
}

std::string expected(const std::string*, const Rule& rule) {
  if (const auto* one_of = std::get_if<OneOf>(&rule)) return words_text(one_of->words);
  if (const auto* checked = std::get_if<Checked>(&rule)) return std::string(checked->expected);
  return "text";
}

std::string expected(const std::vector<std::string>*, const Rule& rule) {
  const auto* checked = std::get_if<Checked>(&rule);
  return "a list of texts" + (checked == nullptr ? "" : ", each " + std::string(checked->expected));
}

// How a value of a wrong type is called.
std::string kind_of(const RawValue& value) {
  return std::visit(Overloaded{[](bool) -> std::string { return "true or false"; },
                               [](std::int64_t) -> std::string { return "a number"; },
                               [](const std::string&) -> std::string { return "text"; },
                               [](const std::vector<std::string>&) -> std::string { return "a list"; },
                               [](const Unusable& unusable) { return unusable.name; }},
                    value);
}

// As kind_of(), but numbers, booleans and text themselves: only for fields that hold no secret.
std::string shown(const RawValue& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value); text != nullptr && is_plain_text(*text))
    return in_quotes(*text);
  return kind_of(value);
}

Result<void> check_text(const std::string& text, const Rule& rule) {
  if (!is_plain_text(text)) return Unexpected(": it is not valid UTF-8 or holds a control character");
  const auto* checked = std::get_if<Checked>(&rule);
  if (checked == nullptr) return {};
  if (auto result = checked->check(text); !result) return Unexpected(": " + result.error().message);
  return {};
}

bool is_one_of(const OneOf& one_of, std::string_view word) {
  return std::find(one_of.words.begin(), one_of.words.end(), word) != one_of.words.end();
}

Unexpected misfit(const std::string& is, const std::string& expected) {
  return Unexpected(" is " + is + ", expected " + expected);
}

Result<void> assign_to(bool* field, const Rule& rule, const RawValue& value) {
  const auto* boolean = std::get_if<bool>(&value);
  if (boolean == nullptr) return misfit(shown(value), expected(field, rule));
  *field = *boolean;
  return {};
}

std::optional<std::uint32_t> fitting_number(const Rule& rule, const RawValue& value) {
  const auto* range = std::get_if<Range>(&rule);
  const auto* text = std::get_if<std::string>(&value);
  if (range != nullptr && text != nullptr && !text->empty() && *text == range->word_for_zero) return 0;
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return std::nullopt;
  const bool fits = range != nullptr
                        ? std::cmp_greater_equal(*number, range->min) && std::cmp_less_equal(*number, range->max)
                        : is_one_of(std::get<OneOf>(rule), std::to_string(*number));
  return fits ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

Result<void> assign_to(std::uint32_t* field, const Rule& rule, const RawValue& value) {
  const auto number = fitting_number(rule, value);
  if (!number) return misfit(shown(value), expected(field, rule));
  *field = *number;
  return {};
}

Result<void> assign_to(Milliseconds* field, const Rule& rule, const RawValue& value) {
  const auto& range = std::get<Range>(rule);
  const auto* text = std::get_if<std::string>(&value);
  const auto duration = text == nullptr ? std::nullopt : parse_duration(*text);
  if (!duration || *duration < Milliseconds(range.min) || *duration > Milliseconds(range.max))
    return misfit(shown(value), expected(field, rule));
  *field = *duration;
  return {};
}

Result<void> assign_to(std::string* field, const Rule& rule, const RawValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  const auto* one_of = std::get_if<OneOf>(&rule);
  if (text == nullptr) return misfit(kind_of(value), expected(field, rule));
  if (one_of != nullptr && !is_one_of(*one_of, *text)) return misfit(shown(value), expected(field, rule));
  if (auto checked = check_text(*text, rule); !checked) return checked;
  *field = *text;
  return {};
}

Result<void> assign_to(std::vector<std::string>* field, const Rule& rule, const RawValue& value) {
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  if (list == nullptr) return misfit(kind_of(value), expected(field, rule));
  for (std::size_t i = 0; i < list->size(); ++i)
    if (auto checked = check_text((*list)[i], rule); !checked)
      return Unexpected("[" + std::to_string(i) + "]" + checked.error().message);
  *field = *list;
  return {};
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    item = item.substr(0, item.find_last_not_of(' ') + 1);
    items.emplace_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

}  // namespace

RawValue raw_value(const Field& field, const std::string& text) {
  if (std::holds_alternative<std::vector<std::string>*>(field)) return split_list(text);
  if (std::holds_alternative<bool*>(field) && (text == "true" || text == "false")) return text == "true";
  if (std::holds_alternative<std::uint32_t*>(field))
    if (const auto number = parse_number<std::int64_t>(text)) return *number;
  return text;
}

Result<void> assign(const Field& field, const Rule& rule, const RawValue& value) {
  return std::visit([&](auto* typed) { return assign_to(typed, rule, value); }, field);
}

std::string expected_value(const Field& field, const Rule& rule) {
  return std::visit([&](auto* typed) { return expected(typed, rule); }, field);
}

std::string toml_value(const Field& field, const Rule& rule) {
  const auto number = [&](const std::uint32_t* value) {
    const auto* range = std::get_if<Range>(&rule);
    const bool word = *value == 0 && range != nullptr && !range->word_for_zero.empty();
    return word ? in_quotes(std::string(range->word_for_zero)) : std::to_string(*value);
  };
  const auto list = [](const std::vector<std::string>* items) {
    std::string text = "[";
    for (const std::string& item : *items) text += (text.size() == 1 ? "" : ", ") + in_quotes(item);
    return text + "]";
  };
  return std::visit(Overloaded{[](const bool* value) -> std::string { return *value ? "true" : "false"; }, number,
                               [](const Milliseconds* value) { return in_quotes(duration_text(*value)); },
                               [](const std::string* value) { return in_quotes(*value); }, list},
                    field);
}

}  // namespace belfry
