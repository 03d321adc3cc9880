import he from "he"; console.log(he.encode("foo © bar ≠ baz 𝌆 <"), he.decode("foo &copy; bar &ne; &#x1D306; &amp;lt &notit;"), he.escape("<'\">"));
