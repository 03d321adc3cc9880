import Turndown from "turndown"; console.log(new Turndown({ headingStyle: "atx" }).turndown("<h1>T</h1><p>a <b>b</b> <a href='x'>l</a></p><ul><li>1</li><li>2</li></ul><pre><code>x</code></pre>"));
