package demo

import (
	"encoding/base64"
	"encoding/binary"
	"math"
)

// loaf is a picture of a loaf of bread: PNG, 32 by 32 pixels, in base64.
const loaf = "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAA7klEQVR4nOyWzQ3CMAyFg8USbMC5G3DpEB2BCTpCJ2CEDtELG/TM" +
	"BowBUiVLL6mbuD9Jesi7IMGTv08WuJDJnCJQBIpAdoGrpvRq7r8tw5/95xLqeAsIbtrWfMdhsXur6umVO+9hVImIH7hgHKyBY0Ii" +
	"szcY/qgr72ANHDt914kSlALOM43wfaIUcO5IEtYGYsKRgSE0ig3HMHN2iFLAMZQazh2O6hKGhu7pZH8WTAKam310mGltAM9mrLgM" +
	"co1iSvBs3Li1gZgSEtxonobu5doKluCLAkeI7Po/4BNZkxy/rtU5xyEqAjnzDwAA//9p4KGKR0/PVAAAAABJRU5ErkJggg=="

// icons are the bakery's: one, as a data URI, so that nothing has to be fetched.
var icons = []icon{{Src: "data:image/png;base64," + loaf, MIMEType: "image/png", Sizes: []string{"32x32"}}}

// bell is the shop's door bell: a fading tone of a quarter of a second, WAV,
// 8 kHz, 8 bits, mono, in base64.
func bell() string {
	const rate = 8000
	samples := make([]byte, rate/4)
	for i := range samples {
		t := float64(i) / rate
		samples[i] = byte(128 + 100*math.Exp(-12*t)*math.Sin(2*math.Pi*1320*t))
	}
	out := []byte("RIFF")
	out = binary.LittleEndian.AppendUint32(out, uint32(36+len(samples)))
	out = append(out, "WAVEfmt "...)
	out = binary.LittleEndian.AppendUint32(out, 16)
	out = binary.LittleEndian.AppendUint16(out, 1) // PCM
	out = binary.LittleEndian.AppendUint16(out, 1) // channels
	out = binary.LittleEndian.AppendUint32(out, rate)
	out = binary.LittleEndian.AppendUint32(out, rate) // bytes a second
	out = binary.LittleEndian.AppendUint16(out, 1)    // bytes a frame
	out = binary.LittleEndian.AppendUint16(out, 8)    // bits a sample
	out = append(out, "data"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(samples)))
	return base64.StdEncoding.EncodeToString(append(out, samples...))
}
