Attribute VB_Name = "Settings"
'Settings: Excel's own settings, put back after every press.
'
'Python turns drawing and calculation off while it writes, and puts them back.
'It does so from another process, whose calls Excel may reject; this module is
'inside Excel, where nothing can be rejected.
Option Explicit

'Remember the settings before a press. Without a workbook there is no calculation to remember.
Public Function Kept() As Variant
    Dim calculation As Variant
    On Error Resume Next
    calculation = Empty
    calculation = Application.Calculation
    Kept = Array(calculation, Application.ScreenUpdating, Application.DisplayAlerts)
End Function

'Put the settings back that a press has left changed.
Public Sub PutBack(ByVal before As Variant)
    On Error Resume Next
    If Not IsEmpty(before(0)) Then
        If Application.Calculation <> before(0) Then Application.Calculation = before(0)
    End If
    If Application.ScreenUpdating <> before(1) Then Application.ScreenUpdating = before(1)
    If Application.DisplayAlerts <> before(2) Then Application.DisplayAlerts = before(2)
End Sub
