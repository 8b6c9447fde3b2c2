Attribute VB_Name = "PushStart"
'PushStart: has the add-in push this workbook, then ends Excel.
'
'There is no message box here, because nobody would close it, and no word about
'what is run: the add-in knows that, and this workbook has no say in it.
Option Explicit

Private Const ADDIN As String = "SodaSheet.xlam"

'Whether this very process was started for a scheduled push.
Public Function IsScheduled() As Boolean
    IsScheduled = (Environ("SODASHEET_SCHEDULED") = "1")
End Function

'Called by Excel itself once it has opened everything.
Public Sub StartScheduledPush()
    If Not IsScheduled() Then Exit Sub
    On Error GoTo Failed
    Application.DisplayAlerts = False
    Application.Run ADDIN & "!Scheduled.PushWorkbook", ThisWorkbook.Name
    #If Mac Then
        'Python works on after this line, and ends Excel itself.
    #Else
        Leave
    #End If
    Exit Sub
Failed:
    Leave
End Sub

'End this Excel, which was started for this push alone. Python has saved what is to be kept.
Private Sub Leave()
    On Error Resume Next
    ThisWorkbook.Saved = True
    Application.Quit
End Sub
