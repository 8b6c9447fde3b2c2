Attribute VB_Name = "Guard"
'Guard: whether a press makes sense now, asked of Excel alone, so that no
'Python starts just to enable a button.
'
'The active workbook is only looked at here, never obeyed: nothing in it
'chooses what is run (see Launcher).
Option Explicit

Public Const NEEDS_NOTHING As Long = 0
Public Const NEEDS_WORKBOOK As Long = 1
Public Const NEEDS_MAPPING As Long = 2

Private Const MAPPING_TITLE As String = "SodaSheet mapping"

'The cells in which the title is looked for: a row inserted above it is no harm.
Private Const TITLE_CELLS As String = "A1:L25"

'Return one sentence about why a button cannot be pressed now; "" if it can.
Public Function Objection(ByVal need As Long) As String
    If need = NEEDS_NOTHING Then Exit Function
    If InProtectedView() Then
        Objection = "This workbook is open in Protected View. " & _
            "Press Enable Editing above the sheet, then press the button again."
    ElseIf ActiveWorkbook Is Nothing Then
        Objection = "No workbook is open. " & _
            "Open the one whose rows you want to push, then press the button again."
    ElseIf need = NEEDS_MAPPING And Not HasMapping(ActiveWorkbook) Then
        Objection = "This workbook has no mapping sheet yet. Press Choose dataset first."
    End If
End Function

'True if a worksheet of the workbook is a mapping sheet.
Public Function HasMapping(ByVal book As Workbook) As Boolean
    Dim sheet As Worksheet
    For Each sheet In book.Worksheets
        If IsMapping(sheet) Then
            HasMapping = True
            Exit Function
        End If
    Next
End Function

Private Function IsMapping(ByVal sheet As Worksheet) As Boolean
    Dim cells As Variant, row As Long, column As Long
    cells = sheet.Range(TITLE_CELLS).Value
    For row = LBound(cells, 1) To UBound(cells, 1)
        For column = LBound(cells, 2) To UBound(cells, 2)
            If VarType(cells(row, column)) = vbString Then
                If Trim(cells(row, column)) = MAPPING_TITLE Then
                    IsMapping = True
                    Exit Function
                End If
            End If
        Next
    Next
End Function

'Late bound: Excel for Mac has no Protected View and may not know the member.
Private Function InProtectedView() As Boolean
    Dim host As Object
    On Error Resume Next
    Set host = Application
    InProtectedView = Not (host.ActiveProtectedViewWindow Is Nothing)
End Function
