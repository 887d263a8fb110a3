"""Ad hoc work in a notebook: the rows and the published figures of a project, as pandas and geopandas objects."""
