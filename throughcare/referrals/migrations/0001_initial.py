"""Referrals, out of the package pathways: the tables stand already, under the names in the seals."""

import django.db.models.deletion
from django.db import migrations, models

import throughcare.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pathways", "0005_take_over_tasks"),
        ("patients", "0014_one_base"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ServiceRequest",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False),
                        ),
                        ("establishment", models.CharField(max_length=3)),
                        ("happened_at", models.DateTimeField()),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=80)),
                        ("written_by_name", models.CharField(max_length=120)),
                        ("requisition", models.UUIDField()),
                        (
                            "service",
                            models.CharField(
                                choices=[
                                    ("primary_care", "Primary care"),
                                    ("substance_misuse", "Substance misuse"),
                                    ("mental_health", "Mental health"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "urgency",
                            models.CharField(
                                choices=[
                                    ("same_day", "Today"),
                                    ("24h", "Within 24 hours"),
                                    ("48h", "Within 48 hours"),
                                    ("5wd", "Within 5 working days"),
                                    ("routine", "Routine"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("reason", models.TextField(max_length=2000)),
                        ("from_alert", models.CharField(blank=True, max_length=60)),
                        ("redirects", models.PositiveSmallIntegerField(default=0)),
                        ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                        (
                            "redirected_from",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="redirected_to",
                                to="referrals.servicerequest",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "pathways_servicerequest",
                    },
                ),
                migrations.CreateModel(
                    name="ReferralAttendance",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False),
                        ),
                        ("establishment", models.CharField(max_length=3)),
                        ("happened_at", models.DateTimeField()),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=80)),
                        ("written_by_name", models.CharField(max_length=120)),
                        ("attended", models.BooleanField()),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        (
                            "side",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("regime", "The prison or the service"),
                                    ("person", "The person’s own choice"),
                                    ("health", "Too unwell"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("words", models.CharField(blank=True, max_length=400)),
                        ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attendances",
                                to="referrals.servicerequest",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "pathways_referralattendance",
                    },
                ),
                migrations.CreateModel(
                    name="PatientReply",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False),
                        ),
                        ("establishment", models.CharField(max_length=3)),
                        ("happened_at", models.DateTimeField()),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=80)),
                        ("written_by_name", models.CharField(max_length=120)),
                        ("requisition", models.UUIDField(unique=True)),
                        ("words", models.TextField(max_length=1200)),
                        (
                            "how",
                            models.CharField(
                                choices=[
                                    ("told", "Told face to face"),
                                    ("slip", "Printed and handed over"),
                                    ("read_aloud", "Read aloud to them"),
                                    ("interpreter", "Told through an interpreter"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                        (
                            "request",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="referrals.servicerequest"),
                        ),
                    ],
                    options={
                        "db_table": "pathways_patientreply",
                    },
                ),
                migrations.CreateModel(
                    name="ServiceRequestAnswer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False),
                        ),
                        ("establishment", models.CharField(max_length=3)),
                        ("happened_at", models.DateTimeField()),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=80)),
                        ("written_by_name", models.CharField(max_length=120)),
                        (
                            "decision",
                            models.CharField(
                                choices=[("accept", "Accepted"), ("redirect", "Passed on"), ("decline", "Declined")],
                                max_length=10,
                            ),
                        ),
                        ("tier", models.PositiveSmallIntegerField(null=True)),
                        (
                            "to_service",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("primary_care", "Primary care"),
                                    ("substance_misuse", "Substance misuse"),
                                    ("mental_health", "Mental health"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("reason", models.TextField(blank=True, max_length=2000)),
                        ("instead", models.CharField(blank=True, max_length=400)),
                        ("role", models.CharField(max_length=40)),
                        ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                        (
                            "request",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="referrals.servicerequest"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "pathways_servicerequestanswer",
                    },
                ),
                migrations.AddIndex(
                    model_name="servicerequest",
                    index=models.Index(fields=["patient", "service"], name="referrals_of"),
                ),
                migrations.AddConstraint(
                    model_name="servicerequest",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="a_referral_says_why"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="servicerequest",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("service__in", ["primary_care", "substance_misuse", "mental_health"])),
                        name="a_referral_is_to_a_service",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="servicerequest",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("urgency__in", ["same_day", "24h", "48h", "5wd", "routine"])),
                        name="a_referral_is_this_urgent",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="servicerequest",
                    constraint=models.CheckConstraint(condition=models.Q(("redirects__lte", 2)), name="redirected_twice_at_most"),
                ),
                migrations.AddConstraint(
                    model_name="servicerequest",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("redirected_from", None), ("redirects", 0)),
                            models.Q(("redirected_from__isnull", False), ("redirects__gt", 0)),
                            _connector="OR",
                        ),
                        name="a_redirect_names_the_one_before",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="servicerequest",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("redirected_from", None)),
                        fields=("requisition", "service"),
                        name="asked_once_in_one_decision",
                    ),
                ),
                migrations.AddIndex(
                    model_name="referralattendance",
                    index=models.Index(fields=["establishment", "happened_at"], name="came_or_not"),
                ),
                migrations.AddConstraint(
                    model_name="referralattendance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("attended", True), ("reason", ""), ("side", "")),
                            models.Q(
                                ("attended", False),
                                ("side__in", ["regime", "person", "health"]),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="absence_has_a_reason_and_a_side",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="patientreply",
                    constraint=models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="a_reply_has_words"),
                ),
                migrations.AddConstraint(
                    model_name="servicerequestanswer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decision", "accept"),
                                ("instead", ""),
                                ("tier__in", [1, 2, 3, 4]),
                                ("tier__isnull", False),
                                ("to_service", ""),
                            ),
                            models.Q(
                                ("decision", "redirect"),
                                ("instead", ""),
                                ("tier", None),
                                ("to_service__in", ["primary_care", "substance_misuse", "mental_health"]),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                ("decision", "decline"),
                                ("tier", None),
                                ("to_service", ""),
                                models.Q(("instead", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_answer_is_whole",
                    ),
                ),
            ]
        ),
    ]
