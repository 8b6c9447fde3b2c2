; SodaSheet for one user of Windows, without an administrator. Built by setup_program.py, which
; defines VERSION, PAYLOAD, OUTPUT, SIZE (KB), NUMERIC (four numbers) and, if the office signs, SIGN.
; Switches: /S silent, /NOADDIN, /PORTAL=HOST, /UPDATES=ADDRESS, /D=FOLDER (last); of the uninstaller:
; /S, /PURGE.
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

!ifdef SIGN
    !uninstfinalize '"${SIGN}" "%1"' = 0
!endif

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh

!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "Set up SodaSheet ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "SodaSheet publishes Excel and CSV data to Socrata.$\r$\n$\r$\nIt is set up for you alone and needs no administrator. Nothing is downloaded. Close Excel before you go on."
!define MUI_FINISHPAGE_TITLE "SodaSheet is ready"
!define MUI_FINISHPAGE_TEXT "Close Excel if it is open, then start it: the tab is called Open Data.$\r$\n$\r$\nOr open the desk from the Start menu, and try everything on a practice portal first: nothing leaves this computer."
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
!define MUI_COMPONENTSPAGE_NODESC
!define MUI_COMPONENTSPAGE_TEXT_TOP "Your settings, saved keys and the records of your pushes can stay for a later installation."
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!define MUI_FINISHPAGE_TITLE "SodaSheet was removed"
!define MUI_FINISHPAGE_TEXT "$Farewell"
!insertmacro MUI_UNPAGE_FINISH
!insertmacro MUI_LANGUAGE "English"

Var Option
Var Earlier
Var Switches
Var Farewell

; Say why nothing can be done, and end. A silent setup says it through its exit code alone.
!macro Stop text
    DetailPrint "${text}"
    MessageBox MB_OK|MB_ICONSTOP "${text}" /SD IDOK
    SetErrorLevel 2
    Quit
!macroend

; A program that runs cannot be opened for writing; neither can an add-in that Excel has open. The
; add-in is read-only, so that its attribute has to go first.
!macro RequireFree file attribute text
    ${If} ${FileExists} "${file}"
        SetFileAttributes "${file}" NORMAL
        ClearErrors
        FileOpen $0 "${file}" a
        ${If} ${Errors}
            SetFileAttributes "${file}" ${attribute}
            !insertmacro Stop "${text}"
        ${EndIf}
        FileClose $0
        SetFileAttributes "${file}" ${attribute}
    ${EndIf}
!macroend

!macro RequireNothingRuns folder
    !insertmacro RequireFree "${folder}\python\python.exe" NORMAL "SodaSheet is running: a command or a practice portal is under way. Wait for it to end or close its window, then run this again. Nothing was changed."
    !insertmacro RequireFree "${folder}\python\pythonw.exe" NORMAL "SodaSheet is running: the desk, a push, a schedule or a practice portal. Stop the practice portal on the first page of the desk, close the desk, wait for pushes to end, then run this again. Nothing was changed."
    !insertmacro RequireFree "$APPDATA\Microsoft\Excel\XLSTART\SodaSheet.xlam" READONLY "Excel is running with the add-in. Close Excel, then run this again. Nothing was changed."
!macroend

; Only what setup has written: the folder may be one that holds other things.
!macro RemoveProgram folder
    RMDir /r "${folder}\python"
    RMDir /r "${folder}\guide"
    RMDir /r "${folder}\licenses"
    Delete "${folder}\sodasheet.exe"
    Delete "${folder}\sodasheetw.exe"
    Delete "${folder}\sbom.cdx.json"
    Delete "${folder}\README.txt"
    Delete "${folder}\LICENSE.txt"
!macroend

; Run a module of ours; $0 is its exit code, and what it says is in the details.
!macro Run arguments
    nsExec::ExecToLog '"$INSTDIR\python\python.exe" -m ${arguments}'
    Pop $0
!macroend

; Put what follows a switch, up to a blank, into $1; GetOptions would end it at the next slash.
!macro KeepSetting switch name
    Push "${switch}"
    Call ValueOf
    Pop $1
    ${If} $1 != ""
        WriteRegStr HKCU "${SETTINGS}" "${name}" "$1"
    ${EndIf}
!macroend

Function ValueOf
    Exch $1
    Push $2
    Push $3
    Push $4
    StrLen $2 $1
    StrCpy $3 "$Option "
    ${DoUntil} $3 == ""
        StrCpy $4 $3 $2
        ${If} $4 == $1
            StrCpy $3 $3 "" $2
            ${ExitDo}
        ${EndIf}
        StrCpy $3 $3 "" 1
    ${Loop}
    StrCpy $1 ""
    ${DoUntil} $3 == ""
        StrCpy $4 $3 1
        ${If} $4 == " "
        ${OrIf} $4 == '"'
            ${ExitDo}
        ${EndIf}
        StrCpy $1 "$1$4"
        StrCpy $3 $3 "" 1
    ${Loop}
    Pop $4
    Pop $3
    Pop $2
    Exch $1
FunctionEnd

Function .onInit
    ReadRegStr $Earlier HKCU "${UNINSTALL}" "InstallLocation"
    ${IfNot} ${FileExists} "$Earlier\sbom.cdx.json"
        StrCpy $Earlier ""
    ${EndIf}
    ${GetParameters} $Option
    ClearErrors
FunctionEnd

Section "SodaSheet"
    !insertmacro RequireNothingRuns "$INSTDIR"
    ${If} $Earlier != ""
        !insertmacro RequireNothingRuns "$Earlier"
    ${EndIf}
    ${If} ${FileExists} "$INSTDIR\sbom.cdx.json"
        !insertmacro RemoveProgram "$INSTDIR"
    ${ElseIf} ${FileExists} "$INSTDIR\python\*.*"
    ${OrIf} ${FileExists} "$INSTDIR\guide\*.*"
    ${OrIf} ${FileExists} "$INSTDIR\licenses\*.*"
        !insertmacro Stop "$INSTDIR contains other programs or documents. Choose a folder of its own for SodaSheet, then run this again. Nothing was changed."
    ${EndIf}
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

    !insertmacro KeepSetting "/PORTAL=" "Portal"
    !insertmacro KeepSetting "/UPDATES=" "Updates"

    ; An older version in another folder goes, and what was started from there starts from here.
    StrCpy $Switches ""
    ${If} $Earlier != ""
    ${AndIf} $Earlier != $INSTDIR
        DetailPrint "Removing the version in $Earlier"
        !insertmacro Run 'sodasheet.installer.windows_path remove "$Earlier"'
        !insertmacro RemoveProgram "$Earlier"
        Delete "$Earlier\uninstall.exe"
        RMDir "$Earlier"
        StrCpy $Switches "--moved"
    ${EndIf}

    DetailPrint "Putting SodaSheet on your path"
    !insertmacro Run 'sodasheet.installer.windows_path add "$INSTDIR"'
    ${If} $0 != 0
        DetailPrint "The path was left as it is; type the full path of sodasheet.exe instead."
    ${EndIf}

    ; An update leaves out what the first setup left out.
    ClearErrors
    ${GetOptions} $Option "/NOADDIN" $0
    ${IfNot} ${Errors}
        WriteRegStr HKCU "${SETTINGS}" "AddIn" "0"
    ${EndIf}
    ReadRegStr $0 HKCU "${SETTINGS}" "AddIn"
    ${If} $0 == "0"
        StrCpy $Switches "$Switches --no-addin"
    ${EndIf}
    DetailPrint "Making it ready for you"
    !insertmacro Run "sodasheet.installer.for_user install $Switches"
    ${If} $0 != 0
        DetailPrint "SodaSheet is installed, but not all of it is ready: see the lines above."
        SetErrorLevel 2
    ${EndIf}
SectionEnd

Section "-un.Check"
    !insertmacro RequireNothingRuns "$INSTDIR"
    StrCpy $Farewell "Your settings and records stay in $LOCALAPPDATA\SodaSheet, and your saved keys in the Credential Manager of Windows."
SectionEnd

Section /o "un.Settings, saved keys and records" Purge
    DetailPrint "Removing schedules, saved keys and records"
    !insertmacro Run "sodasheet erase --yes"
    ${If} $0 != 0
        !insertmacro Stop "Your schedules, keys and records could not be removed; SodaSheet stays, so that you can try again. The reason is in the details."
    ${EndIf}
    StrCpy $Farewell "Your settings, saved keys and records were removed too."
SectionEnd

Section "un.SodaSheet"
    SectionIn RO
    !insertmacro Run "sodasheet.installer.for_user uninstall"
    ${If} $0 != 0
        DetailPrint "Not everything could be removed: see the lines above."
    ${EndIf}
    !insertmacro Run 'sodasheet.installer.windows_path remove "$INSTDIR"'
    DetailPrint "$Farewell"
    !insertmacro RemoveProgram "$INSTDIR"
    Delete "$SMPROGRAMS\SodaSheet\SodaSheet desk.lnk"
    Delete "$SMPROGRAMS\SodaSheet\SodaSheet guide.lnk"
    RMDir "$SMPROGRAMS\SodaSheet"
    DeleteRegKey HKCU "${SETTINGS}"
    DeleteRegKey HKCU "${UNINSTALL}"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
SectionEnd

Function un.onInit
    ${GetParameters} $Option
    ClearErrors
    ${GetOptions} $Option "/PURGE" $0
    ${IfNot} ${Errors}
        SectionSetFlags ${Purge} ${SF_SELECTED}
    ${EndIf}
    IfSilent done
    nsExec::ExecToStack '"$INSTDIR\python\python.exe" -m sodasheet.installer.for_user schedules'
    Pop $0
    Pop $1
    ${If} $0 == 0
    ${AndIf} $1 != ""
        MessageBox MB_OKCANCEL|MB_ICONEXCLAMATION "These schedules no longer run without SodaSheet:$\r$\n$\r$\n$1$\r$\nIf you install it again, they run again." /SD IDOK IDOK done
        Abort
    ${EndIf}
    done:
FunctionEnd
