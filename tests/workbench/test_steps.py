import io
import sys

import pytest

from rollout.workbench.steps import StepFailed, Steps, run


def test_steps_are_numbered_and_timed(screen: io.StringIO):
    steps = Steps(12, already_done=2, out=screen)
    with steps.step("Theme"):
        pass
    with steps.step("Translations") as step:
        step.note("ready")
        step.warn("One language is missing.")

    first, second, warning = screen.getvalue().splitlines()
    assert first.split() == ["3/12", "Theme", "done", "0.0", "s"]
    assert second.split() == ["4/12", "Translations", "ready", "0.0", "s"]
    assert warning.strip() == "One language is missing."


def test_a_failed_step_says_why_and_what_to_do(screen: io.StringIO):
    with pytest.raises(StepFailed) as failure, Steps(1, out=screen).step("Theme"):
        raise StepFailed("The disk is full.", "Make room.", "write: no space")

    said = screen.getvalue()
    assert "failed after 0.0 s" in said
    assert "Why:    The disk is full." in said
    assert "To do:  Make room." in said
    assert "| write: no space" in said
    assert failure.value.is_told


def test_a_surprise_ends_the_line_and_is_not_swallowed(screen: io.StringIO):
    with pytest.raises(ZeroDivisionError), Steps(1, out=screen).step("Theme"):
        raise ZeroDivisionError

    assert screen.getvalue().endswith("stopped\n")


def test_a_program_that_fails_is_quoted_and_its_whole_story_kept(own_var):
    tale = "print('first'); [print(n) for n in range(40)]; print('last'); raise SystemExit(3)"

    with pytest.raises(StepFailed, match="It broke") as failure:
        run([sys.executable, "-c", tale], log="tale.log", reason="It broke.", remedy="Mend it.")

    assert failure.value.details.splitlines()[-1] == "last"
    assert "first" not in failure.value.details
    log = own_var / "log" / "tale.log"
    assert log.read_text().startswith("first\n")
    assert str(log) in failure.value.remedy


def test_a_program_that_is_not_there_is_a_failed_step_too():
    with pytest.raises(StepFailed, match="It broke"):
        run(["/nowhere/program"], log="tale.log", reason="It broke.", remedy="Mend it.")


def test_a_program_sees_no_terminal():
    said = run(
        [sys.executable, "-c", "import sys; print(repr(sys.stdin.read()))"], log="tale.log", reason="", remedy=""
    )

    assert said == "''\n"
