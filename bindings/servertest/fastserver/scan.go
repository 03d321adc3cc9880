package main

// fields calls f with each key, without its quotes and as it is escaped, and
// each value, as raw JSON, of the object in b. It takes valid JSON for granted:
// on anything else it stops early, and never reads beyond b.
func fields(b []byte, f func(key, value []byte)) {
	i := space(b, 0)
	if i >= len(b) || b[i] != '{' {
		return
	}
	for i++; ; i++ {
		i = space(b, i)
		if i >= len(b) || b[i] != '"' {
			return
		}
		end := skip(b, i)
		key := b[i+1 : max(i+1, end-1)]
		if i = space(b, end); i >= len(b) || b[i] != ':' {
			return
		}
		i = space(b, i+1)
		end = skip(b, i)
		if end == i {
			return
		}
		f(key, b[i:end])
		if i = space(b, end); i >= len(b) || b[i] != ',' {
			return
		}
	}
}

// field is the raw value of one key of the object in b, nil if it has none.
func field(b []byte, name string) (found []byte) {
	fields(b, func(key, value []byte) {
		if found == nil && string(key) == name {
			found = value
		}
	})
	return found
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// skip is the index after the value that begins at i.
func skip(b []byte, i int) int {
	if i < len(b) && b[i] == '"' {
		for i++; i < len(b); i++ {
			switch b[i] {
			case '\\':
				i++
			case '"':
				return i + 1
			}
		}
		return len(b)
	}
	for depth := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = skip(b, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return len(b)
}
