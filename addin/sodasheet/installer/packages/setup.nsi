; SodaSheet for one user of Windows, without an administrator. Built by setup_program.py, which
; defines VERSION, PAYLOAD, OUTPUT, SIZE (KB) and NUMERIC (four numbers).
; Switches: /S silent, /D=FOLDER (last), /NOADDIN; of the uninstaller: /S, /PURGE.
; Exit codes: 0 done, 1 cancelled, 2 could not be done (the reason is on the page or in the log).
Unicode true
SetCompressor ${COMPRESSOR}
SetCompressorDictSize 32
RequestExecutionLevel user
ManifestDPIAware true
Name "SodaSheet"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\SodaSheet"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
BrandingText "SodaSheet ${VERSION}"
VIProductVersion "${NUMERIC}"
VIAddVersionKey "ProductName" "SodaSheet"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Set up SodaSheet"
VIAddVersionKey "LegalCopyright" "MIT license"

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh

!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "Set up SodaSheet ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "SodaSheet publishes Excel and CSV data to Socrata.$\r$\n$\r$\nIt is set up for you alone and needs no administrator. Nothing is downloaded. Close Excel before you go on."
!define MUI_FINISHPAGE_TITLE "SodaSheet is ready"
!define MUI_FINISHPAGE_TEXT "Start Excel: the tab is called Open Data.$\r$\n$\r$\nOr open the desk from the Start menu, and try everything on a practice portal first: nothing leaves this computer."
!define MUI_FINISHPAGE_RUN "$INSTDIR\sodasheetw.exe"
!define MUI_FINISHPAGE_RUN_PARAMETERS "desk"
!define MUI_FINISHPAGE_RUN_TEXT "Open the desk"
!define MUI_FINISHPAGE_RUN_NOTCHECKED
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${PAYLOAD}/LICENSE.txt"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Var Option

; Say why nothing can be done, and end. A silent setup says it through its exit code alone.
!macro Stop text
    DetailPrint "${text}"
    MessageBox MB_OK|MB_ICONSTOP "${text}" /SD IDOK
    SetErrorLevel 2
    Quit
!macroend

; A program that runs cannot be opened for writing; neither can an add-in that Excel has open.
!macro RequireFree file text
    ${If} ${FileExists} "${file}"
        ClearErrors
        FileOpen $0 "${file}" a
        ${If} ${Errors}
            !insertmacro Stop "${text}"
        ${EndIf}
        FileClose $0
    ${EndIf}
!macroend

!macro RequireNothingRuns
    !insertmacro RequireFree "$INSTDIR\python\python.exe" "SodaSheet is running: a push or a schedule is under way. Wait for it to end, then run this again. Nothing was changed."
    !insertmacro RequireFree "$INSTDIR\python\pythonw.exe" "SodaSheet is running: the desk or a push is open. Close it, then run this again. Nothing was changed."
    !insertmacro RequireFree "$APPDATA\Microsoft\Excel\XLSTART\SodaSheet.xlam" "Excel is running with the add-in. Close Excel, then run this again. Nothing was changed."
!macroend

; Only what setup has written: the folder may be one that holds other things.
!macro RemoveProgram
    RMDir /r "$INSTDIR\python"
    RMDir /r "$INSTDIR\guide"
    RMDir /r "$INSTDIR\licenses"
    Delete "$INSTDIR\sodasheet.exe"
    Delete "$INSTDIR\sodasheetw.exe"
    Delete "$INSTDIR\sbom.cdx.json"
    Delete "$INSTDIR\README.txt"
    Delete "$INSTDIR\LICENSE.txt"
!macroend

Function .onInit
    ; An older version elsewhere is replaced where it is.
    ReadRegStr $0 HKCU "${UNINSTALL}" "InstallLocation"
    ${GetParameters} $Option
    ClearErrors
FunctionEnd

Section "SodaSheet"
    !insertmacro RequireNothingRuns
    !insertmacro RemoveProgram
    SetOutPath "$INSTDIR"
    ClearErrors
    File /r "${PAYLOAD}/*"
    ${If} ${Errors}
        !insertmacro Stop "The files cannot be written to $INSTDIR. Make room on the drive, or choose a folder where you may write, then run this again."
    ${EndIf}
    WriteUninstaller "$INSTDIR\uninstall.exe"

    WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "SodaSheet"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${UNINSTALL}" "Publisher" "SodaSheet"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\sodasheetw.exe"
    WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE}
    WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
    WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1

    CreateDirectory "$SMPROGRAMS\SodaSheet"
    CreateShortcut "$SMPROGRAMS\SodaSheet\SodaSheet desk.lnk" "$INSTDIR\sodasheetw.exe" "desk"
    CreateShortcut "$SMPROGRAMS\SodaSheet\SodaSheet guide.lnk" "$INSTDIR\guide\index.html"

    DetailPrint "Putting SodaSheet on your path"
    nsExec::ExecToLog '"$INSTDIR\python\python.exe" -m sodasheet.installer.windows_path add "$INSTDIR"'
    Pop $0
    ${If} $0 != 0
        DetailPrint "The path was left as it is; type the full path of sodasheet.exe instead."
    ${EndIf}

    ClearErrors
    ${GetOptions} $Option "/NOADDIN" $0
    ${If} ${Errors}
        DetailPrint "Putting the add-in where Excel loads it"
        nsExec::ExecToLog '"$INSTDIR\python\python.exe" -m sodasheet addin install'
        Pop $0
        ${If} $0 != 0
            DetailPrint "The add-in was not installed. Later: sodasheet addin install"
            SetErrorLevel 2
        ${EndIf}
    ${EndIf}
SectionEnd

Section "Uninstall"
    !insertmacro RequireNothingRuns
    nsExec::ExecToLog '"$INSTDIR\python\python.exe" -m sodasheet addin uninstall'
    Pop $0
    nsExec::ExecToLog '"$INSTDIR\python\python.exe" -m sodasheet.installer.windows_path remove "$INSTDIR"'
    Pop $0
    ${GetParameters} $Option
    ClearErrors
    ${GetOptions} $Option "/PURGE" $0
    ${IfNot} ${Errors}
        DetailPrint "Removing schedules, saved keys and records"
        nsExec::ExecToLog '"$INSTDIR\python\python.exe" -m sodasheet erase --yes'
        Pop $0
        ${If} $0 != 0
            !insertmacro Stop "Your schedules, keys and records could not be removed; SodaSheet stays, so that you can try again. The reason is in the details."
        ${EndIf}
    ${Else}
        DetailPrint "Your settings and records stay in $LOCALAPPDATA\SodaSheet"
    ${EndIf}
    !insertmacro RemoveProgram
    Delete "$SMPROGRAMS\SodaSheet\SodaSheet desk.lnk"
    Delete "$SMPROGRAMS\SodaSheet\SodaSheet guide.lnk"
    RMDir "$SMPROGRAMS\SodaSheet"
    DeleteRegKey HKCU "${UNINSTALL}"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
SectionEnd
