"""Names, numbers, characteristics, contacts, photos and merges."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import throughcare.core.ids


class Migration(migrations.Migration):
    dependencies = [("patients", "0004_reach_and_bars")]

    operations = [
        migrations.CreateModel(
            name="Characteristic",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=80)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("superseded_by", models.UUIDField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sex", "Recorded sex"),
                            ("gender", "Gender, as the person says"),
                            ("pronouns", "Pronouns"),
                            ("ethnicity", "Ethnicity"),
                            ("language", "First language"),
                            ("religion", "Religion or belief"),
                            ("orientation", "Sexual orientation"),
                            ("nationality", "Nationality"),
                            ("veteran", "Served in the armed forces"),
                            ("care_leaver", "Care leaver"),
                        ],
                        max_length=12,
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("words", models.CharField(max_length=120)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.characteristic"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=80)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("superseded_by", models.UUIDField(null=True)),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("next_of_kin", "Next of kin"),
                            ("family", "Family"),
                            ("friend", "Friend"),
                            ("gp", "GP practice"),
                            ("pharmacy", "Pharmacy"),
                            ("drug_service", "Community drug service"),
                            ("mental_health", "Community mental health team"),
                            ("solicitor", "Solicitor"),
                            ("probation", "Probation officer"),
                            ("other", "Somebody else"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("address", models.CharField(blank=True, max_length=240)),
                ("may_be_told", models.CharField(blank=True, max_length=240)),
                ("ended", models.BooleanField(default=False)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.contact"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
        ),
        migrations.CreateModel(
            name="Identifier",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=80)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("superseded_by", models.UUIDField(null=True)),
                (
                    "system",
                    models.CharField(
                        choices=[
                            ("nhs", "NHS number"),
                            ("prison", "Prison number"),
                            ("book", "Book number"),
                            ("pnc", "PNC number"),
                            ("cro", "CRO number"),
                            ("crn", "Probation number (CRN)"),
                            ("other", "Other number"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.CharField(max_length=40)),
                ("key", models.CharField(db_index=True, max_length=40)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.identifier"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("why", models.CharField(max_length=400)),
                ("undone", models.BooleanField(default=False)),
                ("proposed_by", models.CharField(max_length=80)),
                ("confirmed_by", models.CharField(max_length=80)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("superseded_by", models.UUIDField(null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.merge"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
                (
                    "survivor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Name",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=80)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("superseded_by", models.UUIDField(null=True)),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("official", "Recorded name"),
                            ("usual", "Name they give"),
                            ("nickname", "Known as"),
                            ("maiden", "Birth name"),
                            ("alias", "Alias"),
                            ("old", "Earlier name"),
                        ],
                        max_length=10,
                    ),
                ),
                ("family_name", models.CharField(blank=True, max_length=80)),
                ("given_names", models.CharField(blank=True, max_length=120)),
                ("family_key", models.CharField(db_index=True, max_length=80)),
                ("given_key", models.CharField(db_index=True, max_length=120)),
                ("family_sound", models.CharField(db_index=True, max_length=80)),
                ("given_sound", models.CharField(max_length=120)),
                ("date_of_birth", models.DateField(db_index=True, null=True)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.name"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.UUIDField(default=throughcare.core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=80)),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=80)),
                ("superseded_by", models.UUIDField(null=True)),
                ("image", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveSmallIntegerField()),
                ("height", models.PositiveSmallIntegerField()),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.photo"
                    ),
                ),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="patients.patient")),
            ],
        ),
        migrations.AddConstraint(
            model_name="characteristic",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_by", None)), fields=("patient", "kind"), name="one_current_value_a_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="a_contact_has_a_name"),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="a_number_says_something"),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_by", None)), fields=("patient", "system", "key"), name="a_number_once_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("patient", models.F("survivor")), _negated=True), name="two_records_are_merged"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposed_by", models.F("confirmed_by")), _negated=True), name="two_people_merge"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="a_merge_says_why"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_by", None), ("undone", False)), fields=("patient",), name="merged_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="name",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("family_name", ""), _negated=True), models.Q(("given_names", ""), _negated=True), _connector="OR"
                ),
                name="a_name_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="name",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_by", None), ("use", "official")), fields=("patient",), name="one_official_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_by", None)), fields=("patient",), name="one_current_photo"
            ),
        ),
    ]
