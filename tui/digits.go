package tui

import "strings"

// digitShapes are digits five rows high and five cells wide, to be read from the
// last row of a hall: # is a full cell.
var digitShapes = map[rune][5]string{
	'0': {" ### ", "#   #", "#   #", "#   #", " ### "},
	'1': {"  #  ", " ##  ", "  #  ", "  #  ", " ### "},
	'2': {"#### ", "    #", " ### ", "#    ", "#####"},
	'3': {"#### ", "    #", " ### ", "    #", "#### "},
	'4': {"#   #", "#   #", "#####", "    #", "    #"},
	'5': {"#####", "#    ", "#### ", "    #", "#### "},
	'6': {" ### ", "#    ", "#### ", "#   #", " ### "},
	'7': {"#####", "    #", "   # ", "  #  ", "  #  "},
	'8': {" ### ", "#   #", " ### ", "#   #", " ### "},
	'9': {" ### ", "#   #", " ####", "    #", " ### "},
}

// digits draws a number with block digits: five rows, six cells a digit.
func digits(s string, g *Glyphs) []string {
	rows := make([]string, 5)
	for _, r := range s {
		shape, ok := digitShapes[r]
		if !ok {
			continue
		}
		for i := range rows {
			rows[i] += strings.ReplaceAll(shape[i], "#", g.Full) + " "
		}
	}
	return rows
}
