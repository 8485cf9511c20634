"""What `decide` says, as one table: region, choice, signals, notice and age, with the reasons and the prompt.

The columns are those of `decision_rows.Row`; the policy that all rows are decided by is beside it.
"""

from __future__ import annotations

import pytest

from consentgate.decide import decide
from decision_rows import Row, rows_of, table_policy

TABLE = """
# region | sent        | said    | there | age | sending   | analytics      | ads            | marketing        | prompt

# First visits where one must ask.
@ 2026-11-22
DE     | -           | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
DE     | gpc         | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
DE     | dnt:1       | -       | -     | -   | -         | objection      | objection      | objection        | status
DE     | dnt:0       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
DE     | gpc dnt:1   | -       | -     | -   | -         | objection      | gpc            | gpc              | status
FR     | -           | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
FR     | gpc         | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
FR     | dnt:1       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
FR     | dnt:0       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
FR     | gpc dnt:1   | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
IT     | -           | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
IT     | gpc         | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
IT     | dnt:1       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
IT     | dnt:0       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
IT     | gpc dnt:1   | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
ES     | -           | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
ES     | gpc         | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
ES     | dnt:1       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
ES     | dnt:0       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
ES     | gpc dnt:1   | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
GB     | -           | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
GB     | gpc         | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
GB     | dnt:1       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
GB     | dnt:0       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
GB     | gpc dnt:1   | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
CH     | -           | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
CH     | gpc         | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
CH     | dnt:1       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
CH     | dnt:0       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
CH     | gpc dnt:1   | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
NO     | -           | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
NO     | gpc         | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
NO     | dnt:1       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
NO     | dnt:0       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
NO     | gpc dnt:1   | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
BR     | -           | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
BR     | gpc         | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
BR     | dnt:1       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
BR     | dnt:0       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
BR     | gpc dnt:1   | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
CA-QC  | -           | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
CA-QC  | gpc         | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
CA-QC  | dnt:1       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
CA-QC  | dnt:0       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
CA-QC  | gpc dnt:1   | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
?      | -           | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
?      | gpc         | -       | -     | -   | -         | regime_opt_in  | gpc            | gpc              | status
?      | dnt:1       | -       | -     | -   | -         | objection      | objection      | objection        | status
?      | dnt:0       | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
?      | gpc dnt:1   | -       | -     | -   | -         | objection      | gpc            | gpc              | status

# First visits where one need not, but for marketing, which this policy asks for everywhere.
US-CA  | -           | -       | -     | -   | -         | regime_opt_out | regime_opt_out | asked_everywhere | status
US-CA  | gpc         | -       | -     | -   | -         | regime_opt_out | gpc            | gpc              | status
US-CA  | dnt:1       | -       | -     | -   | -         | regime_opt_out | regime_opt_out | asked_everywhere | status
US-CA  | dnt:0       | -       | -     | -   | -         | regime_opt_out | regime_opt_out | asked_everywhere | status
US-CA  | gpc dnt:1   | -       | -     | -   | -         | regime_opt_out | gpc            | gpc              | status
US     | -           | -       | -     | -   | -         | regime_opt_out | regime_opt_out | asked_everywhere | status
US     | gpc         | -       | -     | -   | -         | regime_opt_out | gpc            | gpc              | status
US     | dnt:1       | -       | -     | -   | -         | regime_opt_out | regime_opt_out | asked_everywhere | status
US     | dnt:0       | -       | -     | -   | -         | regime_opt_out | regime_opt_out | asked_everywhere | status
US     | gpc dnt:1   | -       | -     | -   | -         | regime_opt_out | gpc            | gpc              | status
CA     | -           | -       | -     | -   | -         | regime_opt_out | regime_opt_out | asked_everywhere | none
CA     | gpc         | -       | -     | -   | -         | regime_opt_out | gpc            | gpc              | status
CA     | dnt:1       | -       | -     | -   | -         | regime_opt_out | regime_opt_out | asked_everywhere | none
CA     | dnt:0       | -       | -     | -   | -         | regime_opt_out | regime_opt_out | asked_everywhere | none
CA     | gpc dnt:1   | -       | -     | -   | -         | regime_opt_out | gpc            | gpc              | status
JP     | -           | -       | -     | -   | -         | regime_notice  | regime_notice  | asked_everywhere | none
JP     | gpc         | -       | -     | -   | -         | regime_notice  | gpc            | gpc              | status
JP     | dnt:1       | -       | -     | -   | -         | regime_notice  | regime_notice  | asked_everywhere | none
JP     | dnt:0       | -       | -     | -   | -         | regime_notice  | regime_notice  | asked_everywhere | none
JP     | gpc dnt:1   | -       | -     | -   | -         | regime_notice  | gpc            | gpc              | status

# A fresh choice is kept to, and a refusal is never asked about again. A signal outweighs what was granted without it.
DE     | -           | +a+d+m  | DE    | 1   | -         | choice_granted | choice_granted | choice_granted   | none
DE     | gpc         | +a+d+m  | DE    | 1   | -         | choice_granted | gpc            | gpc              | status
DE     | dnt:1       | +a+d+m  | DE    | 1   | -         | objection      | objection      | objection        | status
DE     | -           | -a-d-m  | DE    | 1   | -         | choice_refused | choice_refused | choice_refused   | none
DE     | gpc         | -a-d-m  | DE    | 1   | -         | choice_refused | gpc            | gpc              | status
DE     | dnt:1       | -a-d-m  | DE    | 1   | -         | objection      | objection      | objection        | status
DE     | -           | +a-d-m  | DE    | 1   | -         | choice_granted | choice_refused | choice_refused   | none
DE     | gpc         | +a-d-m  | DE    | 1   | -         | choice_granted | gpc            | gpc              | status
DE     | dnt:1       | +a-d-m  | DE    | 1   | -         | objection      | objection      | objection        | status
GB     | -           | +a+d+m  | GB    | 1   | -         | choice_granted | choice_granted | choice_granted   | none
GB     | gpc         | +a+d+m  | GB    | 1   | -         | choice_granted | gpc            | gpc              | status
GB     | dnt:1       | +a+d+m  | GB    | 1   | -         | choice_granted | choice_granted | choice_granted   | none
GB     | -           | -a-d-m  | GB    | 1   | -         | choice_refused | choice_refused | choice_refused   | none
GB     | gpc         | -a-d-m  | GB    | 1   | -         | choice_refused | gpc            | gpc              | status
GB     | dnt:1       | -a-d-m  | GB    | 1   | -         | choice_refused | choice_refused | choice_refused   | none
GB     | -           | +a-d-m  | GB    | 1   | -         | choice_granted | choice_refused | choice_refused   | none
GB     | gpc         | +a-d-m  | GB    | 1   | -         | choice_granted | gpc            | gpc              | status
GB     | dnt:1       | +a-d-m  | GB    | 1   | -         | choice_granted | choice_refused | choice_refused   | none
US-CA  | -           | +a+d+m  | US-CA | 1   | -         | choice_granted | choice_granted | choice_granted   | status
US-CA  | gpc         | +a+d+m  | US-CA | 1   | -         | choice_granted | gpc            | gpc              | status
US-CA  | dnt:1       | +a+d+m  | US-CA | 1   | -         | choice_granted | choice_granted | choice_granted   | status
US-CA  | -           | -a-d-m  | US-CA | 1   | -         | choice_refused | choice_refused | choice_refused   | status
US-CA  | gpc         | -a-d-m  | US-CA | 1   | -         | choice_refused | gpc            | gpc              | status
US-CA  | dnt:1       | -a-d-m  | US-CA | 1   | -         | choice_refused | choice_refused | choice_refused   | status
US-CA  | -           | +a-d-m  | US-CA | 1   | -         | choice_granted | choice_refused | choice_refused   | status
US-CA  | gpc         | +a-d-m  | US-CA | 1   | -         | choice_granted | gpc            | gpc              | status
US-CA  | dnt:1       | +a-d-m  | US-CA | 1   | -         | choice_granted | choice_refused | choice_refused   | status
JP     | -           | +a+d+m  | JP    | 1   | -         | choice_granted | choice_granted | choice_granted   | none
JP     | gpc         | +a+d+m  | JP    | 1   | -         | choice_granted | gpc            | gpc              | status
JP     | dnt:1       | +a+d+m  | JP    | 1   | -         | choice_granted | choice_granted | choice_granted   | none
JP     | -           | -a-d-m  | JP    | 1   | -         | choice_refused | choice_refused | choice_refused   | none
JP     | gpc         | -a-d-m  | JP    | 1   | -         | choice_refused | gpc            | gpc              | status
JP     | dnt:1       | -a-d-m  | JP    | 1   | -         | choice_refused | choice_refused | choice_refused   | none
JP     | -           | +a-d-m  | JP    | 1   | -         | choice_granted | choice_refused | choice_refused   | none
JP     | gpc         | +a-d-m  | JP    | 1   | -         | choice_granted | gpc            | gpc              | status
JP     | dnt:1       | +a-d-m  | JP    | 1   | -         | choice_granted | choice_refused | choice_refused   | none

# What was confirmed while sending Global Privacy Control overrides it; the same without the confirmation does not.
DE     | gpc         | +a+d+m! | DE    | 1   | gpc       | choice_granted | gpc_overridden | gpc_overridden   | status
DE     | gpc         | +a-d-m  | DE    | 1   | gpc       | choice_granted | gpc            | gpc              | status
DE     | -           | +a+d+m! | DE    | 1   | gpc       | choice_granted | choice_granted | choice_granted   | none
DE     | -           | +a-d-m  | DE    | 1   | gpc       | choice_granted | choice_refused | choice_refused   | none
US-CA  | gpc         | +a+d+m! | US-CA | 1   | gpc       | choice_granted | gpc_overridden | gpc_overridden   | status
US-CA  | gpc         | +a-d-m  | US-CA | 1   | gpc       | choice_granted | gpc            | gpc              | status
US-CA  | -           | +a+d+m! | US-CA | 1   | gpc       | choice_granted | choice_granted | choice_granted   | status
US-CA  | -           | +a-d-m  | US-CA | 1   | gpc       | choice_granted | choice_refused | choice_refused   | status
?      | gpc         | +a+d+m! | ?     | 1   | gpc       | choice_granted | gpc_overridden | gpc_overridden   | status
?      | gpc         | +a-d-m  | ?     | 1   | gpc       | choice_granted | gpc            | gpc              | status
?      | -           | +a+d+m! | ?     | 1   | gpc       | choice_granted | choice_granted | choice_granted   | status
?      | -           | +a-d-m  | ?     | 1   | gpc       | choice_granted | choice_refused | choice_refused   | status
US-CA  | gpc dnt:1   | +a+d+m! | US-CA | 1   | gpc       | choice_granted | gpc_overridden | gpc_overridden   | status

# Where Do Not Track is an objection, only what was granted while sending it counts.
DE     | dnt:1       | +a+d+m  | DE    | 1   | dnt:0     | objection      | objection      | objection        | status
DE     | dnt:1       | +a-d-m  | DE    | 1   | dnt:0     | objection      | objection      | objection        | status
DE     | dnt:1       | -a-d-m  | DE    | 1   | dnt:0     | objection      | objection      | objection        | status
DE     | dnt:1       | +a+d+m  | DE    | 1   | dnt:1     | choice_granted | choice_granted | choice_granted   | none
DE     | dnt:1       | +a-d-m  | DE    | 1   | dnt:1     | choice_granted | objection      | objection        | status
DE     | dnt:1       | -a-d-m  | DE    | 1   | dnt:1     | objection      | objection      | objection        | status
DE     | -           | +a+d+m  | DE    | 1   | dnt:1     | choice_granted | choice_granted | choice_granted   | none
DE     | dnt:0       | +a+d+m  | DE    | 1   | dnt:1     | choice_granted | choice_granted | choice_granted   | none
DE     | gpc dnt:1   | +a+d+m  | DE    | 1   | dnt:1     | choice_granted | gpc            | gpc              | status
DE     | gpc dnt:1   | +a+d+m! | DE    | 1   | gpc dnt:1 | choice_granted | gpc_overridden | gpc_overridden   | status
DE     | gpc dnt:1   | +a+d+m! | DE    | 1   | gpc       | objection      | objection      | objection        | status
FR     | dnt:1       | +a+d+m  | FR    | 1   | -         | choice_granted | choice_granted | choice_granted   | none

# Lifetimes: 180 days; 184 in Italy; in the United States a refusal holds 400, and its grants still 180.
@ 2028-03-01
DE     | -           | +a+d+m  | DE    | 179 | -         | choice_granted | choice_granted | choice_granted   | none
DE     | -           | -a-d-m  | DE    | 179 | -         | choice_refused | choice_refused | choice_refused   | none
FR     | -           | +a-d-m  | FR    | 179 | -         | choice_granted | choice_refused | choice_refused   | none
ES     | -           | +a-d-m  | ES    | 179 | -         | choice_granted | choice_refused | choice_refused   | none
DE     | -           | +a+d+m  | DE    | 180 | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
DE     | -           | -a-d-m  | DE    | 180 | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
FR     | -           | +a-d-m  | FR    | 180 | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
ES     | -           | +a-d-m  | ES    | 180 | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
IT     | -           | +a+d+m  | IT    | 183 | -         | choice_granted | choice_granted | choice_granted   | none
IT     | -           | -a-d-m  | IT    | 183 | -         | choice_refused | choice_refused | choice_refused   | none
IT     | -           | +a+d+m  | IT    | 184 | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
IT     | -           | -a-d-m  | IT    | 184 | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
US-CA  | -           | -a-d-m  | US-CA | 179 | -         | choice_refused | choice_refused | choice_refused   | status
US-CA  | -           | -a-d+m  | US-CA | 179 | -         | choice_refused | choice_refused | choice_granted   | status
US     | -           | +a+d+m  | US    | 179 | -         | choice_granted | choice_granted | choice_granted   | status
?      | -           | +a-d-m  | ?     | 179 | -         | choice_granted | choice_refused | choice_refused   | status
US-CA  | -           | -a-d-m  | US-CA | 180 | -         | choice_refused | choice_refused | choice_refused   | status
US-CA  | -           | -a-d+m  | US-CA | 180 | -         | choice_refused | choice_refused | asked_everywhere | status
US     | -           | +a+d+m  | US    | 180 | -         | regime_opt_out | regime_opt_out | asked_everywhere | status
?      | -           | +a-d-m  | ?     | 180 | -         | regime_opt_in  | choice_refused | choice_refused   | status
US-CA  | -           | -a-d-m  | US-CA | 399 | -         | choice_refused | choice_refused | choice_refused   | status
US-CA  | -           | -a-d+m  | US-CA | 399 | -         | choice_refused | choice_refused | asked_everywhere | status
US     | -           | +a+d+m  | US    | 399 | -         | regime_opt_out | regime_opt_out | asked_everywhere | status
?      | -           | +a-d-m  | ?     | 399 | -         | regime_opt_in  | choice_refused | choice_refused   | status
US-CA  | -           | -a-d-m  | US-CA | 400 | -         | regime_opt_out | regime_opt_out | asked_everywhere | status
US-CA  | -           | -a-d+m  | US-CA | 400 | -         | regime_opt_out | regime_opt_out | asked_everywhere | status
US     | -           | +a+d+m  | US    | 400 | -         | regime_opt_out | regime_opt_out | asked_everywhere | status
?      | -           | +a-d-m  | ?     | 400 | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
US-CA  | gpc         | +a+d+m! | US-CA | 180 | gpc       | regime_opt_out | gpc            | gpc              | status
DE     | -           | -a-d-m  | US-CA | 399 | -         | choice_refused | choice_refused | choice_refused   | none
US-CA  | -           | -a-d-m  | DE    | 180 | -         | regime_opt_out | regime_opt_out | asked_everywhere | status

# A material version ends grants when it takes effect, 41 days ago; one that only words it anew, 21 days ago, does not.
@ 2026-11-22
DE     | -           | +a+d+m  | DE    | 20  | -         | choice_granted | choice_granted | choice_granted   | none
DE     | -           | +a+d+m  | DE    | 30  | -         | choice_granted | choice_granted | choice_granted   | none
DE     | -           | +a+d+m  | DE    | 40  | -         | choice_granted | choice_granted | choice_granted   | none
DE     | -           | +a+d+m  | DE    | 42  | -         | notice_changed | notice_changed | notice_changed   | banner
GB     | -           | +a+d+m  | GB    | 20  | -         | choice_granted | choice_granted | choice_granted   | none
GB     | -           | +a+d+m  | GB    | 30  | -         | choice_granted | choice_granted | choice_granted   | none
GB     | -           | +a+d+m  | GB    | 40  | -         | choice_granted | choice_granted | choice_granted   | none
GB     | -           | +a+d+m  | GB    | 42  | -         | notice_changed | notice_changed | notice_changed   | banner
US-CA  | -           | +a+d+m  | US-CA | 20  | -         | choice_granted | choice_granted | choice_granted   | status
US-CA  | -           | +a+d+m  | US-CA | 30  | -         | choice_granted | choice_granted | choice_granted   | status
US-CA  | -           | +a+d+m  | US-CA | 40  | -         | choice_granted | choice_granted | choice_granted   | status
US-CA  | -           | +a+d+m  | US-CA | 42  | -         | regime_opt_out | regime_opt_out | notice_changed   | status
JP     | -           | +a+d+m  | JP    | 20  | -         | choice_granted | choice_granted | choice_granted   | none
JP     | -           | +a+d+m  | JP    | 30  | -         | choice_granted | choice_granted | choice_granted   | none
JP     | -           | +a+d+m  | JP    | 40  | -         | choice_granted | choice_granted | choice_granted   | none
JP     | -           | +a+d+m  | JP    | 42  | -         | regime_notice  | regime_notice  | notice_changed   | none
DE     | -           | -a-d-m  | DE    | 42  | -         | choice_refused | choice_refused | choice_refused   | none
DE     | -           | +a-d-m  | DE    | 42  | -         | notice_changed | choice_refused | choice_refused   | banner
DE     | -           | +a-d+m  | DE    | 42  | -         | notice_changed | choice_refused | notice_changed   | banner
DE     | gpc         | +a+d+m! | DE    | 42  | gpc       | notice_changed | gpc            | gpc              | status
US-CA  | -           | -a-d-m  | US-CA | 42  | -         | choice_refused | choice_refused | choice_refused   | status
US-CA  | -           | +a-d-m  | US-CA | 42  | -         | regime_opt_out | choice_refused | choice_refused   | status
US-CA  | -           | +a-d+m  | US-CA | 42  | -         | regime_opt_out | choice_refused | notice_changed   | status
US-CA  | gpc         | +a+d+m! | US-CA | 42  | gpc       | regime_opt_out | gpc            | gpc              | status
?      | -           | +a-d-m  | ?     | 42  | -         | notice_changed | choice_refused | choice_refused   | status
DE     | dnt:1       | +a+d+m  | DE    | 42  | dnt:1     | objection      | objection      | objection        | status

# An announced version changes nothing before the day it takes effect.
@ 2026-12-02
DE     | -           | +a+d+m  | DE    | 30  | -         | choice_granted | choice_granted | choice_granted   | none
US     | -           | +a+d+m  | US    | 30  | -         | choice_granted | choice_granted | choice_granted   | status
DE     | -           | -a-d-m  | DE    | 30  | -         | choice_refused | choice_refused | choice_refused   | none
@ 2027-01-14
DE     | -           | +a+d+m  | DE    | 30  | -         | choice_granted | choice_granted | choice_granted   | none
US     | -           | +a+d+m  | US    | 30  | -         | choice_granted | choice_granted | choice_granted   | status
DE     | -           | -a-d-m  | DE    | 30  | -         | choice_refused | choice_refused | choice_refused   | none
@ 2027-01-15
DE     | -           | +a+d+m  | DE    | 30  | -         | notice_changed | notice_changed | notice_changed   | banner
US     | -           | +a+d+m  | US    | 30  | -         | regime_opt_out | regime_opt_out | notice_changed   | status
DE     | -           | -a-d-m  | DE    | 30  | -         | choice_refused | choice_refused | choice_refused   | none

# Moved: what was granted where nobody had to ask does not count where one must; the other way round it does.
@ 2026-11-22
DE     | -           | +a+d+m  | US    | 5   | -         | regime_changed | regime_changed | regime_changed   | banner
DE     | -           | -a-d-m  | US    | 5   | -         | choice_refused | choice_refused | choice_refused   | none
GB     | -           | +a+d+m  | US-CA | 5   | -         | regime_changed | regime_changed | regime_changed   | banner
GB     | -           | -a-d-m  | US-CA | 5   | -         | choice_refused | choice_refused | choice_refused   | none
DE     | -           | +a+d+m  | JP    | 5   | -         | regime_changed | regime_changed | regime_changed   | banner
DE     | -           | -a-d-m  | JP    | 5   | -         | choice_refused | choice_refused | choice_refused   | none
?      | -           | +a+d+m  | JP    | 5   | -         | regime_changed | regime_changed | regime_changed   | banner
?      | -           | -a-d-m  | JP    | 5   | -         | choice_refused | choice_refused | choice_refused   | status
?      | -           | +a+d+m  | US    | 5   | -         | regime_changed | regime_changed | regime_changed   | banner
?      | -           | -a-d-m  | US    | 5   | -         | choice_refused | choice_refused | choice_refused   | status
US     | -           | +a+d+m  | DE    | 5   | -         | choice_granted | choice_granted | choice_granted   | status
US     | -           | -a-d-m  | DE    | 5   | -         | choice_refused | choice_refused | choice_refused   | status
US-CA  | -           | +a+d+m  | DE    | 5   | -         | choice_granted | choice_granted | choice_granted   | status
US-CA  | -           | -a-d-m  | DE    | 5   | -         | choice_refused | choice_refused | choice_refused   | status
DE     | -           | +a+d+m  | GB    | 5   | -         | choice_granted | choice_granted | choice_granted   | none
DE     | -           | -a-d-m  | GB    | 5   | -         | choice_refused | choice_refused | choice_refused   | none
JP     | -           | +a+d+m  | DE    | 5   | -         | choice_granted | choice_granted | choice_granted   | none
JP     | -           | -a-d-m  | DE    | 5   | -         | choice_refused | choice_refused | choice_refused   | none
JP     | -           | +a+d+m  | US    | 5   | -         | choice_granted | choice_granted | choice_granted   | none
JP     | -           | -a-d-m  | US    | 5   | -         | choice_refused | choice_refused | choice_refused   | none
CA-QC  | -           | +a+d+m  | CA    | 5   | -         | regime_changed | regime_changed | regime_changed   | banner
CA-QC  | -           | -a-d-m  | CA    | 5   | -         | choice_refused | choice_refused | choice_refused   | none
DE     | -           | +a-d-m  | US    | 5   | -         | regime_changed | choice_refused | choice_refused   | banner
?      | -           | +a-d-m  | US    | 5   | -         | regime_changed | choice_refused | choice_refused   | status
?      | -           | +a-d+m  | DE    | 5   | -         | choice_granted | choice_refused | choice_granted   | status
DE     | gpc         | +a+d+m! | US    | 5   | gpc       | regime_changed | gpc            | gpc              | status
DE     | -           | +a+d+m  | US    | 42  | -         | notice_changed | notice_changed | notice_changed   | banner

# A category that was not asked about when the choice was made.
DE     | -           | +a+d    | DE    | 5   | -         | choice_granted | choice_granted | asked_everywhere | banner
DE     | -           | -a-d    | DE    | 5   | -         | choice_refused | choice_refused | asked_everywhere | banner
US     | -           | +a      | US    | 5   | -         | choice_granted | regime_opt_out | asked_everywhere | status
US-CA  | -           | -d      | US-CA | 5   | -         | regime_opt_out | choice_refused | choice_refused   | status
?      | -           | -d      | ?     | 5   | -         | regime_opt_in  | choice_refused | choice_refused   | status

# Partial choices: an opt-out leaves the others open where one must ask, so the banner stays there, and so does what a
# placeholder's button allows. Nothing that was answered becomes open again.
DE     | -           | -d-m    | DE    | 5   | -         | regime_opt_in  | choice_refused | choice_refused   | banner
DE     | -           | +m      | DE    | 5   | -         | regime_opt_in  | regime_opt_in  | choice_granted   | banner
DE     | -           | +a-d-m  | DE    | 10  | -         | choice_granted | choice_refused | choice_refused   | none
DE     | gpc         | -d-m    | DE    | 5   | gpc       | regime_opt_in  | gpc            | gpc              | status
US-CA  | -           | -d-m    | US-CA | 5   | -         | regime_opt_out | choice_refused | choice_refused   | status
US-CA  | -           | +m      | US-CA | 5   | -         | regime_opt_out | regime_opt_out | choice_granted   | status
US     | -           | +m-d    | US    | 5   | -         | regime_opt_out | choice_refused | choice_granted   | status
?      | -           | -d-m    | ?     | 5   | -         | regime_opt_in  | choice_refused | choice_refused   | status
?      | -           | +m      | ?     | 5   | -         | regime_opt_in  | regime_opt_in  | choice_granted   | banner
US     | -           | -d-m    | DE    | 5   | -         | regime_opt_out | choice_refused | choice_refused   | status
DE     | -           | -d-m    | US    | 5   | -         | regime_opt_in  | choice_refused | choice_refused   | banner

# Global Privacy Control was sent before and is not now: no consent where California's rules hold or may hold.
US-CA  | marked      | -       | -     | -   | -         | regime_opt_out | opted_out_before | asked_everywhere | status
US     | marked      | -       | -     | -   | -         | regime_opt_out | opted_out_before | asked_everywhere | status
?      | marked      | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | status
DE     | marked      | -       | -     | -   | -         | regime_opt_in  | regime_opt_in  | asked_everywhere | banner
CA     | marked      | -       | -     | -   | -         | regime_opt_out | regime_opt_out | asked_everywhere | none
US-CA  | marked gpc  | -       | -     | -   | -         | regime_opt_out | gpc            | gpc              | status
US-CA  | marked      | +a+d+m  | US-CA | 1   | -         | choice_granted | opted_out_before | opted_out_before | status
US-CA  | marked      | -a-d-m  | US-CA | 1   | -         | choice_refused | choice_refused | choice_refused   | status
US-CA  | marked      | +a+d-m  | US-CA | 1   | -         | choice_granted | opted_out_before | choice_refused   | status
US-CA  | marked      | +a+d+m! | US-CA | 1   | gpc       | choice_granted | choice_granted | choice_granted   | status
US-CA  | marked      | +a+d+m! | US-CA | 180 | gpc       | regime_opt_out | opted_out_before | asked_everywhere | status
US-CA  | marked      | +a+d+m  | US-CA | 42  | -         | regime_opt_out | opted_out_before | notice_changed   | status
DE     | marked      | +a+d+m  | DE    | 1   | -         | choice_granted | choice_granted | choice_granted   | none
?      | marked      | +a+d+m  | ?     | 1   | -         | choice_granted | opted_out_before | opted_out_before | status
US-CA  | marked dnt:1 | -      | -     | -   | -         | regime_opt_out | opted_out_before | asked_everywhere | status
US-CA  | marked bot  | -       | -     | -   | -         | bot            | bot            | bot              | none
US-CA  | marked minor | -      | -     | -   | -         | minor          | minor          | minor            | status

# Outside of every site nothing is granted and nobody is asked or told anything, whatever was said and sent.
DE     | outside     | -       | -     | -   | -         | outside        | outside        | outside          | none
US-CA  | outside     | -       | -     | -   | -         | outside        | outside        | outside          | none
JP     | outside     | -       | -     | -   | -         | outside        | outside        | outside          | none
?      | outside     | -       | -     | -   | -         | outside        | outside        | outside          | none
DE     | outside     | +a+d+m  | DE    | 1   | -         | outside        | outside        | outside          | none
US-CA  | outside     | +a+d+m  | US-CA | 1   | -         | outside        | outside        | outside          | none
US-CA  | outside     | -a-d-m  | US-CA | 1   | -         | outside        | outside        | outside          | none
US-CA  | outside gpc | +a+d+m! | US-CA | 1   | gpc       | outside        | outside        | outside          | none
DE     | outside gpc | -       | -     | -   | -         | outside        | outside        | outside          | none
DE     | outside dnt:1 | -     | -     | -   | -         | outside        | outside        | outside          | none
DE     | outside bot | -       | -     | -   | -         | outside        | outside        | outside          | none
DE     | outside minor | -     | -     | -   | -         | outside        | outside        | outside          | none

# Minors and robots are granted nothing and asked nothing, whatever was said.
DE     | minor       | -       | -     | -   | -         | minor          | minor          | minor            | none
US-CA  | minor       | -       | -     | -   | -         | minor          | minor          | minor            | status
JP     | minor       | -       | -     | -   | -         | minor          | minor          | minor            | none
?      | minor       | -       | -     | -   | -         | minor          | minor          | minor            | status
DE     | minor       | +a+d+m  | DE    | 1   | -         | minor          | minor          | minor            | none
US-CA  | minor gpc   | +a+d+m! | US-CA | 1   | gpc       | minor          | minor          | minor            | status
DE     | minor dnt:1 | -       | -     | -   | -         | minor          | minor          | minor            | none
DE     | bot         | -       | -     | -   | -         | bot            | bot            | bot              | none
US-CA  | bot         | -       | -     | -   | -         | bot            | bot            | bot              | none
JP     | bot         | -       | -     | -   | -         | bot            | bot            | bot              | none
?      | bot         | -       | -     | -   | -         | bot            | bot            | bot              | none
DE     | bot         | +a+d+m  | DE    | 1   | -         | bot            | bot            | bot              | none
US-CA  | bot gpc     | +a+d+m! | US-CA | 1   | gpc       | bot            | bot            | bot              | none
DE     | bot dnt:1   | -       | -     | -   | -         | bot            | bot            | bot              | none
"""

ROWS = rows_of(TABLE)


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.day}-{row.region}-{row.sent}-{row.said}-{row.there}-{row.age}"
)
def test_each_row_of_the_table_is_decided_as_it_says(row: Row) -> None:
    decision = decide(row.facts(table_policy()), table_policy())
    reasons = [decision.reasons[name] for name in ("analytics", "ads", "marketing")]
    assert (*reasons, decision.prompt) == row.expected


def test_the_table_is_as_large_as_it_has_to_be_and_says_nothing_twice() -> None:
    assert len(ROWS) == len(set(ROWS)) >= 150
