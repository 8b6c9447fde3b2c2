Attribute VB_Name = "Ribbon"
'Ribbon: the callbacks of the buttons on the tab Open Data.
'
'Every callback asks Guard whether the press makes sense, calls one Python
'function and reports. The names belong to ribbon.xml: On_<id of the button>.
'
'Excel forgets the variable below when any macro of this project is ended by
'an error, so nothing but the freshness of the buttons may depend on it.
Option Explicit

Private shownRibbon As Object

'Buttons whose functions write to the workbook.
Private Const WRITING As String = " choose_dataset create_dataset choose_source describe_dataset " & _
    "dataset_columns map_columns match_again check_data run_history "

Public Sub Ribbon_Load(ribbonUi As IRibbonUI)
    On Error Resume Next
    Set shownRibbon = ribbonUi
End Sub

'Let Excel ask again which buttons are enabled.
Public Sub Refresh()
    On Error Resume Next
    If Not shownRibbon Is Nothing Then shownRibbon.Invalidate
End Sub

Public Sub Enabled_workbook(control As IRibbonControl, ByRef enabled As Variant)
    On Error Resume Next
    enabled = False
    enabled = (Guard.Objection(NEEDS_WORKBOOK) = "")
End Sub

Public Sub Enabled_mapping(control As IRibbonControl, ByRef enabled As Variant)
    On Error Resume Next
    enabled = False
    enabled = (Guard.Objection(NEEDS_MAPPING) = "")
End Sub

Public Sub On_choose_dataset(control As IRibbonControl)
    Press "choose_dataset", NEEDS_WORKBOOK
End Sub

Public Sub On_create_dataset(control As IRibbonControl)
    Press "create_dataset", NEEDS_WORKBOOK
End Sub

Public Sub On_choose_source(control As IRibbonControl)
    Press "choose_source", NEEDS_MAPPING
End Sub

Public Sub On_describe_dataset(control As IRibbonControl)
    Press "describe_dataset", NEEDS_MAPPING
End Sub

Public Sub On_dataset_columns(control As IRibbonControl)
    Press "dataset_columns", NEEDS_MAPPING
End Sub

Public Sub On_make_template(control As IRibbonControl)
    Press "make_template", NEEDS_MAPPING
End Sub

Public Sub On_open_on_portal(control As IRibbonControl)
    Press "open_on_portal", NEEDS_MAPPING
End Sub

Public Sub On_map_columns(control As IRibbonControl)
    Press "map_columns", NEEDS_MAPPING
End Sub

Public Sub On_match_again(control As IRibbonControl)
    Press "match_again", NEEDS_MAPPING
End Sub

Public Sub On_check_data(control As IRibbonControl)
    Press "check_data", NEEDS_MAPPING
End Sub

Public Sub On_preview_changes(control As IRibbonControl)
    Press "preview_changes", NEEDS_MAPPING
End Sub

Public Sub On_push(control As IRibbonControl)
    Press "push", NEEDS_MAPPING
End Sub

Public Sub On_stop(control As IRibbonControl)
    Press "stop", NEEDS_MAPPING
End Sub

Public Sub On_retry_failed_rows(control As IRibbonControl)
    Press "retry_failed_rows", NEEDS_MAPPING
End Sub

Public Sub On_undo_last_push(control As IRibbonControl)
    Press "undo_last_push", NEEDS_MAPPING
End Sub

Public Sub On_schedule(control As IRibbonControl)
    Press "schedule", NEEDS_MAPPING
End Sub

Public Sub On_run_history(control As IRibbonControl)
    Press "run_history", NEEDS_WORKBOOK
End Sub

Public Sub On_quality(control As IRibbonControl)
    Press "quality", NEEDS_MAPPING
End Sub

Public Sub On_sign_in(control As IRibbonControl)
    Press "sign_in", NEEDS_NOTHING
End Sub

Public Sub On_test_connection(control As IRibbonControl)
    Press "test_connection", NEEDS_NOTHING
End Sub

Public Sub On_sign_out(control As IRibbonControl)
    Press "sign_out", NEEDS_NOTHING
End Sub

Public Sub On_check_computer(control As IRibbonControl)
    Press "check_computer", NEEDS_NOTHING
End Sub

Public Sub On_open_log(control As IRibbonControl)
    Press "open_log", NEEDS_NOTHING
End Sub

Public Sub On_help(control As IRibbonControl)
    Press "help", NEEDS_NOTHING
End Sub

'The one way from a button to Python; a failure is reported, never raised to Excel.
Private Sub Press(ByVal button As String, ByVal need As Long)
    Dim reason As String
    On Error GoTo Failed
    reason = Guard.Objection(need)
    If reason = "" Then
        RunSteadily button
    Else
        Failure.Tell reason
    End If
    Refresh
    Exit Sub
Failed:
    Failure.Unexpected button, Err.Description
End Sub

'Run a button's function, and put Excel's own settings back afterwards.
Private Sub RunSteadily(ByVal button As String)
    Dim before As Variant
    before = Settings.Kept()
    RunPython "import sodasheet.excel.ribbon as r; r.press('" & button & "')"
    #If Mac Then
        'Python works on after this line.
    #Else
        Settings.PutBack before
        ExplainUndo button
    #End If
End Sub

'Excel empties its list of changes when another program writes to a workbook. Where that has
'happened, Undo says so instead of doing nothing; a list that is still there is left alone.
Private Sub ExplainUndo(ByVal button As String)
    Dim emptied As Boolean
    On Error Resume Next
    If InStr(WRITING, " " & button & " ") = 0 Then Exit Sub
    emptied = Not Application.CommandBars.GetEnabledMso("Undo")
    If emptied Then Application.OnUndo "Why Undo stops here", "'" & ThisWorkbook.Name & "'!Undo_ends_here"
End Sub

'What Excel's Undo runs after such a press.
Public Sub Undo_ends_here()
    On Error Resume Next
    Failure.Tell "Excel's Undo stops here, because SodaSheet wrote to this workbook, and Excel then " & _
        "forgets the changes before. To go back to the saved workbook, close this one without saving."
End Sub
