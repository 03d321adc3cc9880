import nunjucks from "nunjucks";
const env = new nunjucks.Environment(null, { autoescape: true }); env.addFilter("shout", (s) => s + "!");
console.log(env.renderString("{% for i in l %}{{ loop.index }}:{{ i | upper | shout }}{% if not loop.last %}, {% endif %}{% endfor %} {{ '<b>' }} {% set x = 3 %}{{ x ** 2 }} {% macro m(a) %}[{{ a }}]{% endmacro %}{{ m(1) }} {{ l | join('-') }}", { l: ["a", "b"] }));
