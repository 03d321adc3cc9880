package demo

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"math"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// icon is the bakery's, as a data URI, so that nothing has to be fetched.
var icon = sync.OnceValue(func() mcp.Icon {
	return mcp.Icon{
		Src:      "data:image/png;base64," + base64.StdEncoding.EncodeToString(loaf()),
		MIMEType: "image/png",
		Sizes:    []string{"32x32"},
	}
})

// loaf draws a loaf of bread, 32 by 32 pixels, as PNG.
func loaf() []byte {
	crust, crumb, cut := color.RGBA{150, 90, 40, 255}, color.RGBA{215, 160, 90, 255}, color.RGBA{240, 210, 160, 255}
	img := image.NewRGBA(image.Rect(0, 0, 32, 32))
	for y := range 32 {
		for x := range 32 {
			dx, dy := (float64(x)-15.5)/15, (float64(y)-17)/10
			switch d := dx*dx + dy*dy; {
			case d > 1:
				continue
			case d > 0.8:
				img.Set(x, y, crust)
			case (x+y)%9 < 2 && y < 18:
				img.Set(x, y, cut)
			default:
				img.Set(x, y, crumb)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic(err) // an image in memory always encodes
	}
	return out.Bytes()
}

// bell is the shop's door bell: a fading tone of a quarter of a second, WAV,
// 8 kHz, 8 bits, mono.
func bell() []byte {
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
	return append(out, samples...)
}
