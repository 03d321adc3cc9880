import ms from "ms"; console.log(ms("2 days"), ms("1.5h"), ms(60000), ms(ms("10 hours"), { long: true }), ms("-3 min"), ms("x")); try { ms({}) } catch (e) { console.log(e.message) }
