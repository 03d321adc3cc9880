import { XMLParser, XMLBuilder, XMLValidator } from "fast-xml-parser";
const xml = '<?xml version="1.0"?><r a="1"><i id="x">one &amp; two</i><i id="y"/><n>3.50</n><c><![CDATA[<raw>]]></c><!-- gone --></r>';
const o = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@" }).parse(xml); console.log(o, XMLValidator.validate(xml), XMLValidator.validate("<a><b></a>").err.msg);
console.log(new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@", format: true }).build({ r: { "@v": 2, e: ["a", "<"], z: "" } }));
