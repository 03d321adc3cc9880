import * as cheerio from "cheerio";
const $ = cheerio.load('<ul id="f"><li class="a">Apple &amp; co</li><li class="b" data-k="1">Pear</li></ul><p>x<br>y<a href="/z">z</a>');
$("li.b").attr("title", "<t>").addClass("c"); $("ul").append("<li>new</li>"); console.log($("li").map((i, e) => $(e).text()).get(), $("ul > li:nth-child(2)").data("k"), $("ul").html(), $("a[href^='/']").attr("href"), $("p").text(), $("li").not(".a").length, $.html("p"), cheerio.load("<x><y/></x>", { xml: true }).xml(), $("li:contains('Pear')").prev().text());
