from django.db import migrations


def move(apps, _schema):
    """Make levels of the stock out of what parties kept as preferences: by SKU, and under * for all others."""
    preference, level, sku = (
        apps.get_model("interfaces", "Preference"), apps.get_model("goods", "Level"), apps.get_model("goods", "Sku"),
    )  # fmt: skip
    for kept in preference.objects.filter(name="low-stock", user=None):
        numbers = {name: int(said) for name, said in kept.value.items() if str(said).isdecimal()}
        ids = dict(sku.objects.filter(code__in=numbers).values_list("code", "pk"))
        rows = [level(party_id=kept.party_id, sku_id=ids[name], least=n) for name, n in numbers.items() if name in ids]
        if "*" in numbers:
            rows.append(level(party_id=kept.party_id, sku=None, least=numbers["*"]))
        level.objects.bulk_create(rows, ignore_conflicts=True)
        kept.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("goods", "0004_levels_and_stock_takes"),
        ("interfaces", "0002_works"),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
