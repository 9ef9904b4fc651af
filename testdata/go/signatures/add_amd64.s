#include "textflag.h"

// func addAssembly(a int64, b int32, c int8) (sum int64, small int8)
TEXT ·addAssembly(SB), NOSPLIT, $0-25
	MOVQ a+0(FP), AX
	MOVLQSX b+8(FP), BX
	MOVBQSX c+12(FP), CX
	ADDQ BX, AX
	ADDQ CX, AX
	MOVQ AX, sum+16(FP)
	MOVB CX, small+24(FP)
	RET
