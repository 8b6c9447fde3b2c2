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

'One sentence that says why a button cannot be pressed now; "" where it can.
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

'Whether a sheet of the workbook says in A1 that it is a mapping sheet.
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
    Dim title As Variant
    title = sheet.Range("A1").Value
    If VarType(title) = vbString Then IsMapping = (Trim(title) = MAPPING_TITLE)
End Function

'Late bound: Excel for Mac has no Protected View and may not know the member.
Private Function InProtectedView() As Boolean
    Dim host As Object
    On Error Resume Next
    Set host = Application
    InProtectedView = Not (host.ActiveProtectedViewWindow Is Nothing)
End Function
