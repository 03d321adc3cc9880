package repl

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mcpjs/engine"
)

// errBack asks for the field before.
var errBack = errors.New("back")

// words that a form understands in the place of an answer.
const (
	wordBack    = ".back"
	wordSkip    = ".skip"
	wordDecline = ".decline"
	wordCancel  = ".cancel"
)

// askForm asks for the fields of a form, and whether to send it. Front only.
func (s *Session) askForm(who, message string, raw json.RawMessage) elicited {
	s.say("%s %s", s.paint(styleNumber, engine.Printable(who)+" asks:"), engine.Printable(message))
	form := parseSchema(raw)
	fields := form.properties
	help := "Ctrl-D declines, Ctrl-C cancels"
	if len(fields) > 0 {
		help = "Enter takes what stands in brackets, " + help
	}
	if len(fields) > 1 {
		help += ", Up goes back"
	}
	s.say("%s", s.dim(help))
	content := map[string]json.RawMessage{}
	for i := 0; ; {
		var err error
		answer := ""
		if i < len(fields) {
			var value json.RawMessage
			value, err = s.askField(fields[i], content[fields[i].name])
			if err == nil {
				delete(content, fields[i].name)
				if value != nil {
					content[fields[i].name] = value
				}
			}
		} else {
			if len(fields) > 1 {
				s.say("%s", s.summary(fields, content))
			}
			answer, err = s.choose("send this?", len(fields) > 0, "yes", "no", "edit", "cancel")
		}
		switch {
		case errors.Is(err, errBack):
			i = max(0, i-1)
		case errors.Is(err, errInterrupt) || answer == "cancel":
			return elicited{Action: "cancel"}
		case err != nil || answer == "no":
			return elicited{Action: "decline"}
		case answer == "edit":
			i = 0
		case answer == "yes":
			return elicited{"accept", content}
		default:
			i++
		}
	}
}

// summary is what a form would send, in a line.
func (s *Session) summary(fields []property, content map[string]json.RawMessage) string {
	var parts []string
	for _, p := range fields {
		if v, ok := content[p.name]; ok {
			parts = append(parts, engine.Printable(propertyName(p.name)+": "+string(v)))
		}
	}
	if len(parts) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// askField asks for one field until the answer fits its schema; nil where it
// is left out. given is what was answered before.
func (s *Session) askField(p property, given json.RawMessage) (json.RawMessage, error) {
	of := p.schema
	title := p.name
	if of.Title != "" && of.Title != p.name {
		title = of.Title
	}
	about := of.kindText()
	if !p.required {
		about += ", optional"
	}
	line := s.paint(styleCommand, engine.Printable(title)) + s.dim(" ("+engine.Printable(about)+")")
	if of.Description != "" {
		line += " " + engine.Printable(of.Description)
	}
	s.say("%s", line)
	choices := of.choices()
	many := of.many()
	if many {
		choices = of.Items.choices()
	}
	for i, c := range choices {
		label := engine.Printable(shownValue(c.value))
		if c.title != "" && c.title != shownValue(c.value) {
			label = engine.Printable(c.title) + s.dim(" "+label)
		}
		s.say("  %s %s", s.paint(styleNumber, itoa(i+1)), label)
	}
	offered := of.Default
	if given != nil {
		offered = given
	} else if offered != nil && of.check(offered) != nil {
		offered = nil // it would be refused
	}
	prompt := "  "
	if offered != nil {
		prompt += "[" + engine.Printable(of.shownDefault(offered, choices)) + "] "
	}
	complain := func(text string) { s.say("%s", s.paint(styleRegex, "  "+engine.Printable(text))) }
	for {
		text, err := s.fieldLine(prompt)
		if err != nil {
			return nil, err
		}
		switch text {
		case wordBack:
			return nil, errBack
		case wordDecline:
			return nil, errors.New("declined")
		case wordCancel:
			return nil, errInterrupt
		case wordSkip:
			if !p.required {
				return nil, nil
			}
			complain("this one can't be left out")
			continue
		case "":
			switch {
			case offered != nil:
				return offered, nil
			case !p.required:
				return nil, nil
			case len(choices) == 0 && of.isText() && of.check(json.RawMessage(`""`)) == nil:
				return json.RawMessage(`""`), nil
			}
			complain("an answer is required")
			continue
		case `""`:
			if of.isText() && len(choices) == 0 {
				text = ""
			}
		}
		value, err := of.read(text, choices, many)
		if err == nil {
			return value, nil
		}
		complain(err.Error())
	}
}

// fieldLine reads the answer to a field; Up asks for the field before.
func (s *Session) fieldLine(prompt string) (string, error) {
	text, err := s.readLine(lineOptions{prompt: prompt, more: "  ", back: true})
	return strings.TrimSpace(text), err
}

func (s *schema) many() bool { return s.Type.has("array") && s.Items != nil }

// isText tells whether a field takes any text.
func (s *schema) isText() bool {
	return !s.Type.has("array") && !s.Type.has("boolean") && !s.Type.has("integer") && !s.Type.has("number")
}

// shownDefault is what Enter takes, with the titles of choices.
func (s *schema) shownDefault(v json.RawMessage, choices []choice) string {
	titled := func(v json.RawMessage) string {
		for _, c := range choices {
			if shownValue(c.value) == shownValue(v) && c.title != "" {
				return c.title
			}
		}
		return shownValue(v)
	}
	var list []json.RawMessage
	if json.Unmarshal(v, &list) == nil {
		parts := []string{}
		for _, item := range list {
			parts = append(parts, titled(item))
		}
		return strings.Join(parts, ", ")
	}
	if string(v) == "true" {
		return "yes"
	} else if string(v) == "false" {
		return "no"
	}
	return titled(v)
}

// check tells what is wrong with a value, as read does with what was typed.
func (s *schema) check(v json.RawMessage) error {
	if s.many() {
		var list []json.RawMessage
		if json.Unmarshal(v, &list) != nil {
			return errors.New("not a list")
		}
		choices := s.Items.choices()
		for _, item := range list {
			if len(choices) > 0 && !slices.ContainsFunc(choices, func(c choice) bool { return string(c.value) == string(item) }) {
				return errors.New("none of these")
			}
		}
		return s.checkCount(len(list))
	}
	text := shownValue(v)
	var isString string
	if json.Unmarshal(v, &isString) != nil == s.isText() && len(s.choices()) == 0 {
		return errors.New("another type")
	}
	if choices := s.choices(); len(choices) > 0 {
		if !slices.ContainsFunc(choices, func(c choice) bool { return string(c.value) == string(v) }) {
			return errors.New("none of these")
		}
		return nil
	}
	_, err := s.read(text, nil, false)
	return err
}

func (s *schema) checkCount(n int) error {
	switch {
	case s.MinItems != nil && n < *s.MinItems:
		return fmt.Errorf("%s needed, you gave %d", atLeast(*s.MinItems, "choice"), n)
	case s.MaxItems != nil && n > *s.MaxItems:
		return fmt.Errorf("at most %s may be given, you gave %d", plural(*s.MaxItems, "choice"), n)
	}
	return nil
}

func atLeast(n int, what string) string {
	if n == 1 {
		return "at least 1 " + what + " is"
	}
	return fmt.Sprintf("at least %d %ss are", n, what)
}

// shownValue is a value as the human would type it.
func shownValue(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return strings.Join(list, ", ")
	}
	return string(raw)
}

// kindText says what a field takes.
func (s *schema) kindText() string {
	kind := "text"
	switch {
	case s.Type.has("array"):
		kind = "any of these, by commas"
	case len(s.choices()) > 0:
		kind = "one of these"
	case s.Type.has("integer"):
		kind = "whole number"
	case s.Type.has("number"):
		kind = "number"
	case s.Type.has("boolean"):
		kind = "yes or no"
	case s.Format != "":
		kind = s.Format
	}
	low, high := s.Minimum, s.Maximum
	switch {
	case low != nil && high != nil:
		kind += " from " + decimal(*low) + " to " + decimal(*high)
	case low != nil:
		kind += " from " + decimal(*low)
	case high != nil:
		kind += " up to " + decimal(*high)
	}
	counted := func(low, high *int, what string) {
		switch {
		case low != nil && high != nil && *low > 0:
			kind += fmt.Sprintf(", %d to %d%s", *low, *high, what)
		case high != nil:
			kind += fmt.Sprintf(", at most %d%s", *high, what)
		case low != nil && *low > 0:
			kind += fmt.Sprintf(", at least %d%s", *low, what)
		}
	}
	if s.many() {
		counted(s.MinItems, s.MaxItems, "")
	} else if s.isText() && len(s.choices()) == 0 {
		counted(s.MinLength, s.MaxLength, " characters")
	}
	return kind
}

// decimal is a limit as people write it.
func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// read makes the field's value of what was typed, or says what is wrong.
func (s *schema) read(text string, choices []choice, many bool) (json.RawMessage, error) {
	if many {
		list := []json.RawMessage{}
		add := func(v json.RawMessage) {
			if !slices.ContainsFunc(list, func(have json.RawMessage) bool { return string(have) == string(v) }) || len(choices) == 0 {
				list = append(list, v)
			}
		}
		parts := strings.Split(text, ",")
		if _, err := s.Items.read(text, choices, false); err == nil && len(choices) > 0 {
			parts = []string{text} // a choice with a comma in it
		}
		for _, part := range parts {
			if part = strings.TrimSpace(part); part == "" || part == `""` || part == "none" && len(parts) == 1 {
				continue
			}
			v, err := s.Items.read(part, choices, false)
			if err != nil {
				return nil, err
			}
			add(v)
		}
		if err := s.checkCount(len(list)); err != nil {
			return nil, err
		}
		return json.Marshal(list)
	}
	if len(choices) > 0 {
		for _, c := range choices {
			if shownValue(c.value) == text || c.title != "" && strings.EqualFold(c.title, text) {
				return c.value, nil
			}
		}
		if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(choices) {
			return choices[n-1].value, nil
		}
		for _, c := range choices {
			if strings.EqualFold(shownValue(c.value), text) {
				return c.value, nil
			}
		}
		if len(choices) <= 9 {
			return nil, fmt.Errorf("%q is none of these; a number from 1 to %d will do", text, len(choices))
		}
		return nil, fmt.Errorf("%q is none of these", text)
	}
	switch {
	case s.Type.has("boolean"):
		switch strings.ToLower(text) {
		case "y", "yes", "true", "1", "on":
			return json.RawMessage("true"), nil
		case "n", "no", "false", "0", "off":
			return json.RawMessage("false"), nil
		}
		return nil, errors.New("yes or no?")
	case s.Type.has("integer"), s.Type.has("number"):
		n, err := strconv.ParseFloat(text, 64)
		whole, isWhole := new(big.Int).SetString(text, 10)
		switch {
		case err != nil || n != n || n-n != 0:
			return nil, fmt.Errorf("%q is no number", text)
		case s.Type.has("integer") && !isWhole && (n != float64(int64(n)) || n > 1<<53 || n < -1<<53):
			return nil, fmt.Errorf("%s is not whole", text)
		case s.Minimum != nil && n < *s.Minimum:
			return nil, fmt.Errorf("the least is %s", decimal(*s.Minimum))
		case s.Maximum != nil && n > *s.Maximum:
			return nil, fmt.Errorf("the most is %s", decimal(*s.Maximum))
		case isWhole:
			return json.RawMessage(whole.String()), nil
		}
		return json.Marshal(n)
	}
	length := utf8.RuneCountInString(text)
	switch {
	case s.MinLength != nil && length < *s.MinLength:
		return nil, fmt.Errorf("%s needed, this has %d", atLeast(*s.MinLength, "character"), length)
	case s.MaxLength != nil && length > *s.MaxLength:
		return nil, fmt.Errorf("at most %s may be given, this has %d", plural(*s.MaxLength, "character"), length)
	}
	if s.Pattern != "" {
		if re, err := regexp.Compile(s.Pattern); err == nil && !re.MatchString(text) {
			return nil, fmt.Errorf("this does not match %s", s.Pattern)
		}
	}
	if err := checkFormat(s.Format, text); err != nil {
		return nil, err
	}
	return json.Marshal(text)
}

// checkFormat checks the formats that the protocol allows in forms.
func checkFormat(format, text string) error {
	switch format {
	case "email":
		if a, err := mail.ParseAddress(text); err != nil || a.Address != text {
			return errors.New("this is no e-mail address")
		}
	case "uri":
		if u, err := url.Parse(text); err != nil || u.Scheme == "" {
			return errors.New("this is no URI")
		}
	case "date":
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return errors.New("a date is written 2006-01-31")
		}
	case "date-time":
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return errors.New("a time is written 2006-01-31T15:04:05Z")
		}
	}
	return nil
}
